' Numbers that nobody can dial and files that nobody can fax.
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
good = WScript.Arguments(0)
Sub Try(what, file, dial, number, words)
  On Error Resume Next
  Dim doc, id
  Set doc = server.CreateDocument(file)
  Fine "CreateDocument"
  doc.FaxNumber = dial
  Fine "FaxNumber"
  id = doc.Send
  Fails what, number, words
End Sub
Try "letters in a number", good, "555-CALL", "80070057", "C"
Try "a plus in the middle", good, "55+5", "80070057", "+"
Try "only blanks", good, "   ", "80070057", "number"
Try "a file that is not there", "Z:\no\such\file.tif", "555", "80070002", "file.tif"
Try "a relative name that is not there", "file.tif", "555", "80070002", "file.tif"
Try "a folder", "Z:\", "555", "8007000D", "Z:\"
Try "half a TIFF", WScript.Arguments(1), "555", "8007000D", ""
Try "an empty file", WScript.Arguments(2), "555", "8007000D", ""
Try "something else altogether", WScript.Arguments(3), "555", "8007000D", ""
Equal "nothing was queued", server.GetJobs.Count, 0
Finish
