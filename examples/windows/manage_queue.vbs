' Pauses, resumes or cancels one job, or all of them.
'   cscript //nologo manage_queue.vbs pause|resume|cancel JOB|all
Option Explicit
' The type library has no names for the commands: programs bring their own.
Const JC_DELETE = 1, JC_PAUSE = 2, JC_RESUME = 3
Dim server, jobs, job, i, command, which

If WScript.Arguments.Count < 2 Then Usage
Select Case LCase(WScript.Arguments(0))
  Case "pause"
    command = JC_PAUSE
  Case "resume"
    command = JC_RESUME
  Case "cancel"
    command = JC_DELETE
  Case Else
    Usage
End Select
which = LCase(WScript.Arguments(1))

Set server = CreateObject("FaxServer.FaxServer")
server.Connect ""
Set jobs = server.GetJobs
' Cancelling inside the loop is fine: the picture stays as it was taken.
For i = 1 To jobs.Count
  Set job = jobs.Item(i)
  If which = "all" Or CStr(job.JobId) = which Then Apply job
Next

Sub Apply(job)
  On Error Resume Next
  job.SetStatus command
  If Err.Number <> 0 Then
    WScript.Echo "job " & job.JobId & ": " & Err.Description
  Else
    WScript.Echo "job " & job.JobId & ": done"
  End If
End Sub

Sub Usage()
  WScript.Echo "usage: manage_queue.vbs pause|resume|cancel JOB|all"
  WScript.Quit 2
End Sub
