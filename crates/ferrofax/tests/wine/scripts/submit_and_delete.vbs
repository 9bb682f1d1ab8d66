' A spooler: it sends a temporary file, disconnects at once and deletes the file.
On Error Resume Next
Dim fso, server, doc, path
path = WScript.Arguments(0)
Set fso = CreateObject("Scripting.FileSystemObject")
Fine "FileSystemObject"
Set server = WScript.CreateObject("FaxServer.FaxServer.1")
Fine "CreateObject"
server.Connect "localhost"
Fine "Connect"
Set doc = server.CreateDocument(path)
Fine "CreateDocument"
doc.FaxNumber = "+1 (555) 0102"
Fine "FaxNumber"
doc.CoverpageName = "C:\Covers\of an old computer.cov"
Fine "CoverpageName, and no SendCoverpage"
WScript.Echo "job " & doc.Send()
Fine "Send"
server.Disconnect
Fine "Disconnect"
fso.DeleteFile path
Fine "DeleteFile"
Equal "the file is there", fso.FileExists(path), False
Set doc = Nothing
Set server = Nothing
Finish
