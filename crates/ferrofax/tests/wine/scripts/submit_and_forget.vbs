' An accounting program sends an invoice and goes on with its life.
On Error Resume Next
Dim objFaxServer, objFaxDoc, lJob
Set objFaxServer = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
objFaxServer.Connect ""
Fine "Connect"
Set objFaxDoc = objFaxServer.CreateDocument(WScript.Arguments(0))
Fine "CreateDocument"
objFaxDoc.FaxNumber = "555 0101"
Fine "FaxNumber"
objFaxDoc.DisplayName = "Invoice 4711"
Fine "DisplayName"
lJob = objFaxDoc.Send
Fine "Send"
If lJob < 1 Then GiveUp "a job id is positive"
WScript.Echo "job " & lJob
objFaxServer.Disconnect
Fine "Disconnect"
Finish
