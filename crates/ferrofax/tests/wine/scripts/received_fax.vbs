' What a received fax and the archived copy of a sent one say of themselves.
Option Explicit
Dim tiff, raw
On Error Resume Next
Set tiff = CreateObject("FaxTiff.FaxTiff")
Fine "CreateObject"
tiff.Image = WScript.Arguments(0)
Fine "Image"
Equal "Image", tiff.Image, WScript.Arguments(0)
Equal "Tsid", tiff.Tsid, "+1 555 0100"
Equal "Csid", tiff.Csid, "+1 555 0200"
Equal "Routing", InStr(tiff.Routing, "0107") > 0, True
Equal "CallerId", Len(tiff.CallerId) > 0 And tiff.CallerId <> "Unavailable", True
Equal "SenderName", tiff.SenderName, "Unavailable"
Equal "ReceiveTime has a date and a time", InStr(tiff.ReceiveTime, "@") > 0, True
raw = tiff.RawReceiveTime
Equal "RawReceiveTime is a currency", VarType(raw), 6
' 100 ns since 1601, divided by 10000: later than 2020.
Equal "RawReceiveTime is not long ago", CDbl(raw) > 13222310400000.0, True
Equal "TiffTagString, Software", Len(tiff.TiffTagString(305)) > 0 And tiff.TiffTagString(305) <> "Unavailable", True
Equal "TiffTagString of no tag", tiff.TiffTagString(64999), "Unavailable"
tiff.Image = WScript.Arguments(1)
Fails "a file that is not there", "80070002", "nothing.tif"
Equal "the file before stays open", tiff.Tsid, "+1 555 0100"
tiff.Image = WScript.Arguments(2)
Fails "a file that is no TIFF", "8007000D", ""
tiff.Image = WScript.Arguments(3)
Fine "the archived copy"
Equal "RecipientName", tiff.RecipientName, "Ben"
Equal "SenderName", tiff.SenderName, "Ada"
Equal "RecipientNumber", tiff.RecipientNumber, "555 0107"
Finish
