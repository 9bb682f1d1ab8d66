' The server goes away while a program works with it. The second argument is a file that appears
' when it is gone.
On Error Resume Next
Set fso = CreateObject("Scripting.FileSystemObject")
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
Set doc = server.CreateDocument(WScript.Arguments(0))
Fine "CreateDocument"
doc.FaxNumber = "555 0106"
Fine "FaxNumber"
id = doc.Send
Fine "Send"
Set job = server.GetJobs.Item(1)
Fine "Item"
Set port = server.GetPorts.Item(1)
Fine "port"
Set status = port.GetStatus
Fine "GetStatus"
WScript.Echo "working"
started = Timer
Do Until fso.FileExists(WScript.Arguments(1))
  If Timer - started > 60 Then GiveUp "the server never went"
Loop
Fine "waiting"
job.Refresh
Fails "Refresh", "800706BA", "127.0.0.1"
Equal "the old values stay", job.JobId, id
job.SetStatus 1
Fails "SetStatus", "800706BA", "127.0.0.1"
status.Refresh
Fails "Refresh of a status", "800706BA", "127.0.0.1"
Equal "the old values stay", status.DeviceName, "north"
x = server.Retries
Fails "Retries", "800706BA", "127.0.0.1"
Set jobs = server.GetJobs
Fails "GetJobs", "800706BA", "127.0.0.1"
port.Rings = 3
Fails "Rings", "800706BA", "127.0.0.1"
x = doc.Send
Fails "Send", "800706BA", "127.0.0.1"
server.Disconnect
Fine "Disconnect"
job.Refresh
Fails "Refresh after Disconnect", "80070006", "connect"
server.Connect ""
Fails "Connect", "800706BA", "127.0.0.1"
Finish
