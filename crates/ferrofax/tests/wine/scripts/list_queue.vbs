' The administrator's list: every property of every job.
Option Explicit
On Error Resume Next
Dim srv, jobs, job, n, line
Set srv = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
srv.Connect "\\localhost"
Fine "Connect"
Set jobs = srv.GetJobs()
Fine "GetJobs"
WScript.Echo "count " & jobs.Count
For n = 1 To jobs.Count
  Set job = jobs.Item(n)
  Fine "Item"
  line = job.JobId
  Fine "JobId"
  line = line & ";" & job.Type
  Fine "Type"
  line = line & ";" & job.UserName
  Fine "UserName"
  line = line & ";" & job.QueueStatus
  Fine "QueueStatus"
  line = line & ";" & job.DeviceStatus
  Fine "DeviceStatus"
  line = line & ";" & job.PageCount
  Fine "PageCount"
  line = line & ";" & job.FaxNumber
  Fine "FaxNumber"
  line = line & ";" & job.RecipientName
  Fine "RecipientName"
  line = line & ";" & job.Tsid
  Fine "Tsid"
  line = line & ";" & job.SenderName
  Fine "SenderName"
  line = line & ";" & job.SenderCompany
  Fine "SenderCompany"
  line = line & ";" & job.SenderDept
  Fine "SenderDept"
  line = line & ";" & job.BillingCode
  Fine "BillingCode"
  line = line & ";" & job.DisplayName
  Fine "DisplayName"
  line = line & ";" & job.DiscountSend
  Fine "DiscountSend"
  WScript.Echo "job " & line
Next
Finish
