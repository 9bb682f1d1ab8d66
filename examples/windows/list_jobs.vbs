' Prints the fax queue as a table, one job a line; examples/list_jobs.rs prints the same.
'   cscript //nologo list_jobs.vbs [SERVER]
Option Explicit
Dim server, name, jobs, job, i

name = ""
If WScript.Arguments.Count > 0 Then name = WScript.Arguments(0)

Set server = CreateObject("FaxServer.FaxServer")
' "" is the server of this computer, or the one that client.toml names.
server.Connect name
' A picture of the queue: its places do not move, whatever happens to the jobs meanwhile.
Set jobs = server.GetJobs
PrintRow "JobId", "Type", "QueueStatus", "DeviceStatus", "Pages", "FaxNumber", "RecipientName", "DisplayName"
For i = 1 To jobs.Count
  Set job = jobs.Item(i)
  PrintRow job.JobId, TypeWord(job.Type), job.QueueStatus, job.DeviceStatus, job.PageCount, _
    job.FaxNumber, job.RecipientName, job.DisplayName
Next
server.Disconnect

Sub PrintRow(id, kind, status, device, pages, number, recipient, title)
  WScript.Echo Fit(id, 6) & Fit(kind, 14) & Fit(status, 16) & Fit(device, 16) & Fit(pages, 5) & _
    Fit(number, 20) & Fit(recipient, 20) & Fit(title, 30)
End Sub

' Filled up with blanks or cut to the width, and one blank more.
Function Fit(cell, width)
  Fit = Left(cell & Space(width), width) & " "
End Function

' The kinds of jobs have numbers in this API, and no words.
Function TypeWord(number)
  Select Case number
    Case 1
      TypeWord = "send"
    Case 2
      TypeWord = "receive"
    Case 3
      TypeWord = "routing"
    Case 4
      TypeWord = "failed receive"
    Case Else
      TypeWord = "unknown"
  End Select
End Function
