' The server is not there, or was never asked for.
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
started = Timer
server.Connect "127.0.0.1:9"
Fails "nobody listens", "800706BA", "127.0.0.1:9"
server.Connect "no-such-machine.invalid"
Fails "no such machine", "800706BA", "no-such-machine.invalid"
server.Connect "\\no-such-machine.invalid\Fax"
Fails "no such machine with a share", "800706BA", "no-such-machine.invalid"
server.Connect "http://"
Fails "no name at all", "80070057", "http"
server.Connect WScript.Arguments(1)
Fails "somebody who never says a word", "800706BA", "took too long"
Equal "it did not hang", Timer - started < 60, True
Set jobs = server.GetJobs
Fails "GetJobs without Connect", "80070006", "connect"
Set ports = server.GetPorts
Fails "GetPorts without Connect", "80070006", "connect"
x = server.Retries
Fails "Retries without Connect", "80070006", "connect"
server.Retries = 3
Fails "Retries = 3 without Connect", "80070006", "connect"
server.Disconnect
Fine "Disconnect without Connect"
Set doc = server.CreateDocument(WScript.Arguments(0))
Fine "CreateDocument without Connect"
doc.FaxNumber = "555"
Fine "FaxNumber"
x = doc.Send
Fails "Send without Connect", "80070006", "connect"
server.Connect ""
Fine "Connect"
WScript.Echo "job " & doc.Send
Fine "Send of the same document"
Finish
