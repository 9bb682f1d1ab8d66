' One object for the whole program, connected and disconnected around every fax; names in the
' letters that came to hand.
Dim oServer
On Error Resume Next
Set oServer = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
names = Array("", ".", "LOCALHOST", "\\localhost\Fax", "\\localhost", WScript.Arguments(1), "http://" & WScript.Arguments(1))
For i = 0 To UBound(names)
  oServer.CONNECT names(i)
  Fine "Connect " & names(i)
  Set oDoc = oServer.createdocument(WScript.Arguments(0))
  Fine "CreateDocument"
  oDoc.FAXNUMBER = 5550200 + i
  Fine "a number as a number"
  Equal "it is text", oDoc.faxnumber, CStr(5550200 + i)
  id = oDoc.send
  Fine "Send"
  Equal "one job each", id, i + 1
  oServer.DisConnect
  Fine "DisConnect"
Next
oServer.Connect ""
Fine "Connect"
oServer.Connect ""
Fine "Connect again"
Set oJobs = oServer.GetJobs
Fine "GetJobs"
Equal "all there", oJobs.Count, UBound(names) + 1
Equal "Item as text", oJobs.Item("2").JobId, 2
Equal "Item as a real number", oJobs.Item(3.0).JobId, 3
oServer.NoSuchThing
Fails "an unknown member", "1B6", ""
oServer.Connect "a", "b"
Refused "too many arguments"
Finish
