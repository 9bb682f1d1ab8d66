' A letter with a cover page: every field that the API has for it.
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
Set doc = server.CreateDocument(WScript.Arguments(0))
Fine "CreateDocument"
With doc
  .FaxNumber = "555-0104"
  Fine "FaxNumber"
  .CoverpageName = "standard.cov"
  Fine "CoverpageName"
  .SendCoverpage = True
  Fine "SendCoverpage"
  .ServerCoverpage = True
  Fine "ServerCoverpage"
  .CoverpageSubject = "Your order"
  Fine "CoverpageSubject"
  .CoverpageNote = "First line" & vbCrLf & "Second ""line"""
  Fine "CoverpageNote"
  .RecipientName = "Ben" : .RecipientCompany = "Mills & Sons"
  Fine "recipient"
  .RecipientCity = "Leeds" : .RecipientZip = "LS1"
  Fine "recipient's city"
  .SenderName = "Ada" : .SenderCompany = "Engines" : .SenderDepartment = "Difference"
  Fine "sender"
  .SenderFax = "555 0100" : .SenderOfficePhone = "555 0109"
  Fine "sender's numbers"
End With
Equal "SendCoverpage reads back what was put", doc.SendCoverpage, -1
Equal "CoverpageNote", doc.CoverpageNote, "First line" & vbCrLf & "Second ""line"""
WScript.Echo "job " & doc.Send
Fine "Send"
Finish
