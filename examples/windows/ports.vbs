' Shows every line: what it may, what it does now, and where its received faxes go.
'   cscript //nologo ports.vbs
Option Explicit
Dim server, ports, port, status, methods, method, i, j

Set server = CreateObject("FaxServer.FaxServer")
server.Connect ""
Set ports = server.GetPorts
For i = 1 To ports.Count
  Set port = ports.Item(i)
  WScript.Echo port.DeviceId & " " & port.Name & ": TSID " & port.Tsid & ", CSID " & port.Csid & _
    ", priority " & port.Priority
  WScript.Echo "  sends: " & port.Send & ", receives: " & port.Receive & " after " & port.Rings & _
    " rings, can be changed: " & port.CanModify
  Set status = port.GetStatus
  WScript.Echo "  now: " & status.Description
  If status.Send <> 0 Then
    WScript.Echo "  page " & status.CurrentPage & " of " & status.PageCount & " to " & status.Address
  End If
  Set methods = port.GetRoutingMethods
  For j = 1 To methods.Count
    Set method = methods.Item(j)
    WScript.Echo "  " & method.FriendlyName & ": " & method.Enable & " " & method.Guid
  Next
Next
