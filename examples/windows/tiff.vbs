' Shows what a fax file says of itself. It needs no server.
'   cscript //nologo tiff.vbs FILE
Option Explicit
Dim tiff

If WScript.Arguments.Count < 1 Then
  WScript.Echo "usage: tiff.vbs FILE"
  WScript.Quit 2
End If
Set tiff = CreateObject("FaxTiff.FaxTiff")
' Putting Image opens the file; a file that is missing or damaged fails here.
tiff.Image = WScript.Arguments(0)
WScript.Echo "Received:  " & tiff.ReceiveTime
WScript.Echo "From:      " & tiff.SenderName & ", TSID " & tiff.Tsid & ", caller " & tiff.CallerId
WScript.Echo "To:        " & tiff.RecipientName & ", number " & tiff.RecipientNumber & ", CSID " & tiff.Csid
WScript.Echo "Routing:   " & tiff.Routing
' Any tag of the first page by its number: 305 is Software.
WScript.Echo "Software:  " & tiff.TiffTagString(305)
