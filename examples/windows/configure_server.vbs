' Shows the server's properties; with a name and a value it sets one first.
'   cscript //nologo configure_server.vbs [retries|delay|days|pause VALUE]
Option Explicit
Dim server

Set server = CreateObject("FaxServer.FaxServer")
server.Connect ""
If WScript.Arguments.Count = 2 Then Change WScript.Arguments(0), WScript.Arguments(1)

' Each of these asks the server.
WScript.Echo "Retries: " & server.Retries & ", " & server.RetryDelay & " minutes apart"
WScript.Echo "Unsent faxes are kept for: " & server.DirtyDays & " days (-1: for ever)"
WScript.Echo "Header line on each page: " & YesNo(server.Branding)
WScript.Echo "Line's own TSID: " & YesNo(server.UseDeviceTsid)
WScript.Echo "Cover pages of the server only: " & YesNo(server.ServerCoverpage)
WScript.Echo "Queue paused: " & YesNo(server.PauseServerQueue)
WScript.Echo "Archive: " & YesNo(server.ArchiveOutboundFaxes) & " " & server.ArchiveDirectory
WScript.Echo "Discount rate: " & Clock(server.DiscountRateStartHour, server.DiscountRateStartMinute) & _
  " to " & Clock(server.DiscountRateEndHour, server.DiscountRateEndMinute)

Sub Change(name, value)
  On Error Resume Next
  ' Written to the server at once; there is nothing to save.
  Select Case LCase(name)
    Case "retries"
      server.Retries = value
    Case "delay"
      server.RetryDelay = value
    Case "days"
      server.DirtyDays = value
    Case "pause"
      server.PauseServerQueue = value
    Case Else
      WScript.Echo "retries, delay, days or pause can be set here, not " & name
      WScript.Quit 2
  End Select
  If Err.Number <> 0 Then
    WScript.Echo Err.Description & " (0x" & Hex(Err.Number) & ")"
    WScript.Quit 1
  End If
End Sub

' A truth is a whole number in this API: 0, or anything else.
Function YesNo(value)
  If value <> 0 Then YesNo = "yes" Else YesNo = "no"
End Function

Function Clock(hour, minute)
  Clock = Right("0" & hour, 2) & ":" & Right("0" & minute, 2)
End Function
