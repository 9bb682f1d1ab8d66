' A program that sends whatever it has, with a cover page in front, and deletes it at once.
On Error Resume Next
Dim fso, server, doc, path, sent, n
Set fso = CreateObject("Scripting.FileSystemObject")
Fine "FileSystemObject"
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
For n = 0 To WScript.Arguments.Count - 1
  path = WScript.Arguments(n)
  Set doc = server.CreateDocument(path)
  Fine "CreateDocument"
  doc.FaxNumber = "555 0108"
  Fine "FaxNumber"
  doc.CoverpageName = "C:\Coverpg\plain.cov"
  Fine "CoverpageName"
  doc.SendCoverpage = True
  Fine "SendCoverpage"
  doc.CoverpageSubject = "#panic(""no"") *bold*"
  Fine "CoverpageSubject"
  sent = doc.Send
  Fine "Send " & path
  WScript.Echo "job " & sent
  fso.DeleteFile path
  Fine "DeleteFile"
  Set doc = Nothing
Next
server.Disconnect
Fine "Disconnect"
Finish
