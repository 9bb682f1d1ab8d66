' Prints what becomes of a job until it leaves the queue: sent, or cancelled.
'   cscript //nologo watch_job.vbs JOB
Option Explicit
Dim server, job, line, last

If WScript.Arguments.Count < 1 Then
  WScript.Echo "usage: watch_job.vbs JOB"
  WScript.Quit 2
End If
Set server = CreateObject("FaxServer.FaxServer")
server.Connect ""
Set job = Find(CLng(WScript.Arguments(0)))
If job Is Nothing Then
  WScript.Echo "job " & WScript.Arguments(0) & " is not in the queue"
  WScript.Quit 1
End If

last = ""
On Error Resume Next
Do
  line = job.QueueStatus & ", " & job.DeviceStatus
  If line <> last Then WScript.Echo line
  last = line
  If job.QueueStatus = "Failed" Or job.QueueStatus = "Retries Exceeded" Then WScript.Quit 1
  ' Some script hosts cannot sleep; asking more often does no harm.
  WScript.Sleep 500
  Err.Clear
  ' The values are a picture; Refresh takes a new one. It fails when the job has left the queue.
  job.Refresh
Loop While Err.Number = 0
WScript.Echo Err.Description

Function Find(id)
  Dim jobs, i
  Set Find = Nothing
  Set jobs = server.GetJobs
  For i = 1 To jobs.Count
    If jobs.Item(i).JobId = id Then Set Find = jobs.Item(i)
  Next
End Function
