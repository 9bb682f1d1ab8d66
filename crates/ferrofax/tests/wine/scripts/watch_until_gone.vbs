' Sends, then looks for its job in the queue until it is not there any more.
Option Explicit
On Error Resume Next
Dim FaxServer, FaxDoc, FaxJobs, FaxJob, JobId, i, found, seen, started
Set FaxServer = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
FaxServer.Connect "."
Fine "Connect"
Set FaxDoc = FaxServer.CreateDocument(WScript.Arguments(0))
Fine "CreateDocument"
FaxDoc.FaxNumber = "5550103"
Fine "FaxNumber"
JobId = CInt(FaxDoc.Send)
Fine "Send"
seen = "|"
started = Timer
Do
  found = False
  Set FaxJobs = FaxServer.GetJobs
  If Err.Number <> 0 Then Fine "GetJobs"
  For i = 1 To FaxJobs.Count
    Set FaxJob = FaxJobs.Item(i)
    If Err.Number <> 0 Then Fine "Item"
    If FaxJob.JobId = JobId Then
      found = True
      If InStr(seen, "|" & FaxJob.QueueStatus & "/" & FaxJob.DeviceStatus & "|") = 0 Then
        seen = seen & FaxJob.QueueStatus & "/" & FaxJob.DeviceStatus & "|"
      End If
      If Err.Number <> 0 Then Fine "QueueStatus"
    End If
  Next
  If Timer - started > 60 Then GiveUp "the job never left: " & seen
Loop While found
Fine "polling"
WScript.Echo seen
Equal "it was sending", InStr(seen, "|In Progress/Sending|") > 0, True
FaxServer.Disconnect
Fine "Disconnect"
Finish
