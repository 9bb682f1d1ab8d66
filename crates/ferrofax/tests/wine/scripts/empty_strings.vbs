' A form in which nothing was filled in.
On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
server.Connect ""
Fine "Connect"
server.ArchiveDirectory = ""
Fine "ArchiveDirectory"
Equal "ArchiveDirectory", server.ArchiveDirectory, ""
server.ServerMapiProfile = ""
Fine "ServerMapiProfile"
Set doc = server.CreateDocument("")
Fine "CreateDocument"
Equal "FileName", doc.FileName, ""
doc.FileName = "" : doc.CoverpageName = "" : doc.RecipientName = "" : doc.RecipientCompany = ""
Fine "texts 1"
doc.RecipientAddress = "" : doc.RecipientCity = "" : doc.RecipientState = "" : doc.RecipientZip = ""
Fine "texts 2"
doc.RecipientCountry = "" : doc.RecipientTitle = "" : doc.RecipientDepartment = "" : doc.RecipientOffice = ""
Fine "texts 3"
doc.RecipientHomePhone = "" : doc.RecipientOfficePhone = "" : doc.SenderName = "" : doc.SenderCompany = ""
Fine "texts 4"
doc.SenderAddress = "" : doc.SenderTitle = "" : doc.SenderDepartment = "" : doc.SenderOffice = ""
Fine "texts 5"
doc.SenderHomePhone = "" : doc.SenderOfficePhone = "" : doc.CoverpageNote = "" : doc.CoverpageSubject = ""
Fine "texts 6"
doc.Tsid = "" : doc.BillingCode = "" : doc.EmailAddress = "" : doc.DisplayName = "" : doc.SenderFax = ""
Fine "texts 7"
doc.FaxNumber = ""
Fine "FaxNumber"
x = doc.Send
Fails "Send without a file", "80070057", "file"
doc.FileName = WScript.Arguments(0)
Fine "FileName"
x = doc.Send
Fails "Send without a number", "80070057", "number"
doc.FaxNumber = "5550105"
Fine "FaxNumber"
id = doc.Send
Fine "Send"
WScript.Echo "job " & id
Set port = server.GetPorts.Item(1)
Fine "port"
port.Csid = "" : port.Tsid = ""
Fine "Csid and Tsid"
Equal "Csid and Tsid", port.Csid & port.Tsid, ""
Set tiff = CreateObject("FaxTiff.FaxTiff")
Fine "FaxTiff"
Equal "an image that was never put", tiff.Image & tiff.ReceiveTime, ""
Equal "a sender that nobody knows", tiff.SenderName, "Unavailable"
Finish
