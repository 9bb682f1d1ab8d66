' For Each over the three collections, which Windows never had.
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
names = ""
For Each port In server.GetPorts
  names = names & port.Name & " "
  For Each method In port.GetRoutingMethods
    names = names & Mid(method.Guid, 2, 2)
  Next
  names = names & " "
Next
Equal "ports and methods", names, "north 6b92ae south 6b92ae "
Set jobs = server.GetJobs
Fine "GetJobs"
ids = ""
For Each job In jobs
  ids = ids & job.JobId & " "
Next
Equal "jobs", ids, "1 2 3 "
ids = ""
For Each job In jobs
  ids = ids & job.JobId & " "
  Exit For
Next
Equal "from the start again", ids, "1 "
Finish
