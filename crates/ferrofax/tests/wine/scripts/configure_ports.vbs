' Sets up every line and where its faxes go.
Option Explicit
Dim FaxServer, FaxPorts, Port, Methods, Method, i, j, guids
On Error Resume Next
Set FaxServer = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
FaxServer.Connect ""
Fine "Connect"
Set FaxPorts = FaxServer.GetPorts
Fine "GetPorts"
Equal "Count", FaxPorts.Count, 2
For i = 1 To FaxPorts.Count
  Set Port = FaxPorts.Item(i)
  Fine "Item " & i
  WScript.Echo Port.DeviceId & " " & Port.Name & " " & Port.Priority
  Equal "CanModify", Port.CanModify, 1
  Port.Csid = "Caf" & Chr(233) & " 555 0" & i & "00 and more than that"
  Fine "Csid"
  Equal "a cleaned Csid", Port.Csid, "Caf 555 0" & i & "00 and mor"
  Port.Tsid = "Line " & i
  Fine "Tsid"
  Equal "Tsid", Port.Tsid, "Line " & i
  Port.Rings = i + 2
  Fine "Rings"
  Equal "Rings", Port.Rings, i + 2
  Port.Rings = 100
  Fails "Rings 100", "80070057", "rings"
  Port.Receive = (i = 2)
  Fine "Receive"
  Port.Send = (i = 1)
  Fine "Send"
  Equal "Send and Receive", Port.Send & Port.Receive, CStr(2 - i) & CStr(i - 1)
  Set Methods = Port.GetRoutingMethods
  Fine "GetRoutingMethods"
  Equal "three methods", Methods.Count, 3
  guids = ""
  For j = 1 To Methods.Count
    Set Method = Methods.Item(j)
    Fine "method " & j
    guids = guids & Method.Guid
    Equal "of this port", Method.DeviceId & Method.DeviceName, Port.DeviceId & Port.Name
    Method.Enable = (j = 2)
    Fine "Enable"
    Equal "Enable", Method.Enable, CInt(j = 2) * -1
    WScript.Echo Method.FriendlyName & ", " & Method.ExtensionName & ", " & Method.FunctionName & ", " & Method.ImageName & ", " & Method.RoutingData
    Fine "its texts"
  Next
  Equal "their guids", guids, "{6bbf7bfe-9af2-11d0-abf7-00c04fd91a4e}{92041a90-9af2-11d0-abf7-00c04fd91a4e}{aec1b37c-9af2-11d0-abf7-00c04fd91a4e}"
Next
Set Port = FaxPorts.Item(2)
Fine "Item 2"
Port.Priority = 1
Fine "Priority"
Equal "the other one moved along", FaxServer.GetPorts.Item(1).Priority, 2
Port.Priority = 3
Fails "Priority 3", "80070057", "priority"
FaxServer.Disconnect
Fine "Disconnect"
Port.Rings = 1
Fails "a put after Disconnect", "80070006", "connect"
Equal "what was read stays", Port.Name, "south"
Finish
