' A line's lamp panel: polls what the line does while a fax goes out.
Option Explicit
Dim server, doc, port, status, seen, page, pages, id, started, elapsed
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
Set port = server.GetPorts.Item(1)
Fine "port"
Set status = port.GetStatus
Fine "GetStatus"
Equal "idle", status.Description, "Available"
Equal "no page", status.CurrentPage, 0
Equal "no time", CDbl(status.ElapsedTime), 0
Set doc = server.CreateDocument(WScript.Arguments(0))
Fine "CreateDocument"
doc.FaxNumber = "555 0108" : doc.DisplayName = "three pages" : doc.SenderName = "Ada"
Fine "its texts"
id = doc.Send
Fine "Send"
seen = "|" : pages = "|"
started = Timer
Do
  status.Refresh
  If Err.Number <> 0 Then Fine "Refresh"
  If InStr(seen, "|" & status.Description & "|") = 0 Then seen = seen & status.Description & "|"
  page = status.CurrentPage
  If InStr(pages, "|" & page & "|") = 0 Then pages = pages & page & "|"
  If page = 2 And elapsed = 0 Then
    elapsed = CDbl(status.ElapsedTime)
    Equal "Send", status.Send, 1
    Equal "Receive", status.Receive, 0
    Equal "Address", status.Address, "555 0108"
    Equal "DocumentName", status.DocumentName, "three pages"
    Equal "SenderName", status.SenderName, "Ada"
    Equal "PageCount", status.PageCount, 3
    Equal "Tsid", status.Tsid, "+1 555 0100"
    Equal "Csid", status.Csid, "+1 555 0200"
    Equal "DocumentSize", status.DocumentSize > 0, True
    Equal "started after it was submitted", CDbl(status.StartTime) >= CDbl(status.SubmittedTime) - 0.00002, True
    Equal "a day after the year 2020", CDbl(status.SubmittedTime) > 43831, True
  End If
  If Err.Number <> 0 Then Fine "reading"
  If Timer - started > 100 Then GiveUp "the fax never ended: " & seen & pages
Loop Until status.Description = "Available" And InStr(pages, "|3|") > 0
Fine "polling"
WScript.Echo seen & " pages " & pages
Equal "it dialled", InStr(seen, "|Dialing|") > 0, True
Equal "it was sending", InStr(seen, "|Sending|") > 0, True
Equal "every page was seen", InStr(pages, "|1|2|3|") > 0, True
Equal "time went by", elapsed > 0, True
Equal "idle again", status.CurrentPage & status.Address, "0"
Finish
