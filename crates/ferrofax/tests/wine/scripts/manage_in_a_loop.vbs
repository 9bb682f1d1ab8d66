' Pauses, resumes and cancels while it walks from 1 to Count: the places do not shift.
Option Explicit
Const JC_DELETE = 1, JC_PAUSE = 2, JC_RESUME = 3
Dim server, jobs, job, i, before
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
Set jobs = server.GetJobs
Fine "GetJobs"
Equal "Count", jobs.Count, 6
before = 0
For i = 1 To jobs.Count
  Set job = jobs.Item(i)
  Fine "Item " & i
  Equal "ids rise by one, whatever happened to those before", job.JobId, i
  Select Case i Mod 3
    Case 1
      job.SetStatus JC_DELETE
      Fine "delete"
      job.Refresh
      Fails "Refresh of one that is gone", "80070057", "job " & i
      Equal "the old values stay", job.QueueStatus, "Pending"
    Case 2
      job.SetStatus JC_PAUSE
      Fine "pause"
      Equal "nothing changes by itself", job.QueueStatus, "Pending"
      job.Refresh
      Fine "Refresh"
      Equal "paused", job.QueueStatus, "Paused"
    Case 0
      job.SetStatus JC_PAUSE
      Fine "pause"
      job.SetStatus JC_RESUME
      Fine "resume"
      job.Refresh
      Fine "Refresh"
      Equal "resumed", job.QueueStatus, "Pending"
  End Select
Next
Equal "the picture stays", jobs.Count, 6
Equal "a new one has what is left", server.GetJobs.Count, 4
Finish
