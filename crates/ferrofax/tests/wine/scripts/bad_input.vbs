' Everything that a careless program may pass.
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
Sub Places(what, list, count)
  On Error Resume Next
  Dim x
  Equal what & ": Count", list.Count, count
  Set x = list.Item(0)
  Fails what & ": Item 0", "80070057", "0"
  Set x = list.Item(-1)
  Fails what & ": Item -1", "80070057", "-1"
  Set x = list.Item(count + 1)
  Fails what & ": Item Count + 1", "80070057", CStr(count + 1)
  Set x = list.Item(2147483647)
  Fails what & ": the greatest", "80070057", "2147483647"
  Set x = list.Item("abc")
  Fails what & ": a word", "D", "mismatch"
  Set x = list.Item(Nothing)
  Refused what & ": nothing at all"
  list.Count = 5
  Refused what & ": Count put"
End Sub
Places "jobs", server.GetJobs, 2
Places "ports", server.GetPorts, 2
Places "methods", server.GetPorts.Item(1).GetRoutingMethods, 3
Set job = server.GetJobs.Item(1)
Fine "job"
For Each command In Array(0, 4, -1, 99)
  job.SetStatus command
  Fails "SetStatus " & command, "80070057", CStr(command)
Next
job.SetStatus "pause"
Fails "SetStatus of a word", "D", "mismatch"
job.SetStatus 1
Fine "delete"
job.SetStatus 2
Fails "SetStatus of a job that is gone", "80070057", "left the queue"
job.Refresh
Fails "Refresh of a job that is gone", "80070057", "1"
Set doc = server.CreateDocument("x.tif")
Fine "CreateDocument"
doc.SendCoverpage = "yes"
Fails "a word for a truth", "D", "mismatch"
Set doc.RecipientName = server
Refused "an object for a text"
Set doc.ConnectionObject = server
Fine "a call to be taken over"
x = doc.Send
Fails "Send over a call", "80070032", "ConnectionObject"
Set doc.ConnectionObject = Nothing
Fine "no call to be taken over"
x = doc.Send
Fails "Send without a number", "80070057", "number"
doc.RecipientName = "Ben" & Chr(0) & "left over from a buffer"
Equal "a text in a buffer", doc.RecipientName, "Ben"
doc.RecipientName = String(300, "x")
Fine "a long text"
doc.FaxNumber = "555" : doc.FileName = WScript.Arguments(0)
Fine "number and file"
x = doc.Send
Fails "Send of a long text", "80070057", "RecipientName"
server.DiscountRateStartHour = 70000
Refused "more than a short holds"
server.Disconnect
Fine "Disconnect"
Set jobs = server.GetJobs
Fails "GetJobs of a closed connection", "80070006", "connect"
Set tiff = CreateObject("FaxTiff.FaxTiff")
Fine "FaxTiff"
Equal "a negative tag", tiff.TiffTagString(-1), "Unavailable"
Equal "a great tag", tiff.TiffTagString(70000), "Unavailable"
Finish
