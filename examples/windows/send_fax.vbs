' Sends a file and prints the job's number.
'   cscript //nologo send_fax.vbs FILE NUMBER [RECIPIENT]
Option Explicit
Dim server, doc, fso

If WScript.Arguments.Count < 2 Then
  WScript.Echo "usage: send_fax.vbs FILE NUMBER [RECIPIENT]"
  WScript.Quit 2
End If
Set fso = CreateObject("Scripting.FileSystemObject")
Set server = CreateObject("FaxServer.FaxServer")

' Errors carry a number and a sentence that says what to do.
On Error Resume Next
server.Connect ""
If Err.Number <> 0 Then Complain "cannot reach the fax server"

Set doc = server.CreateDocument(fso.GetAbsolutePathName(WScript.Arguments(0)))
doc.FaxNumber = WScript.Arguments(1)
If WScript.Arguments.Count > 2 Then doc.RecipientName = WScript.Arguments(2)
doc.DisplayName = fso.GetFileName(WScript.Arguments(0))
' When Send comes back, the server has a copy: the file may be deleted, and this program may end.
WScript.Echo "job " & doc.Send
If Err.Number <> 0 Then Complain "cannot send"
server.Disconnect

Sub Complain(what)
  WScript.Echo what & ": " & Err.Description & " (0x" & Hex(Err.Number) & ")"
  WScript.Quit 1
End Sub
