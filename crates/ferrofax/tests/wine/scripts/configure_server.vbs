' An installer sets the server up as its handbook says, and reads back what it wrote.
Option Explicit
Dim fax
On Error Resume Next
Set fax = CreateObject("FaxServer.FaxServer")
Fine "CreateObject"
fax.Connect ""
Fine "Connect"
fax.Retries = 4
Fine "Retries"
fax.RetryDelay = "12"
Fine "RetryDelay as text"
fax.DirtyDays = 14
Fine "DirtyDays"
fax.Branding = False
Fine "Branding"
fax.UseDeviceTsid = False
Fine "UseDeviceTsid"
fax.ServerCoverpage = True
Fine "ServerCoverpage"
fax.PauseServerQueue = 1
Fine "PauseServerQueue"
fax.ArchiveDirectory = WScript.Arguments(0)
Fine "ArchiveDirectory"
fax.ArchiveOutboundFaxes = -1
Fine "ArchiveOutboundFaxes"
fax.ServerMapiProfile = "Fax"
Fine "ServerMapiProfile"
fax.DiscountRateStartHour = 19
Fine "DiscountRateStartHour"
fax.DiscountRateStartMinute = 30
Fine "DiscountRateStartMinute"
fax.DiscountRateEndHour = 6
Fine "DiscountRateEndHour"
fax.DiscountRateEndMinute = 15
Fine "DiscountRateEndMinute"
Equal "Retries", fax.Retries, 4
Equal "RetryDelay", fax.RetryDelay, 12
Equal "DirtyDays", fax.DirtyDays, 14
Equal "Branding", fax.Branding, 0
Equal "UseDeviceTsid", fax.UseDeviceTsid, 0
Equal "ServerCoverpage", fax.ServerCoverpage, 1
Equal "PauseServerQueue", fax.PauseServerQueue, 1
Equal "ArchiveDirectory", fax.ArchiveDirectory, WScript.Arguments(0)
Equal "ArchiveOutboundFaxes", fax.ArchiveOutboundFaxes, 1
Equal "ServerMapiProfile", fax.ServerMapiProfile, "Fax"
Equal "DiscountRateStartHour", fax.DiscountRateStartHour, 19
Equal "DiscountRateStartMinute", fax.DiscountRateStartMinute, 30
Equal "DiscountRateEndHour", fax.DiscountRateEndHour, 6
Equal "DiscountRateEndMinute", fax.DiscountRateEndMinute, 15
fax.Retries = -1
Fails "Retries -1", "80070057", "retries"
fax.Retries = 100
Fails "Retries 100", "80070057", "99"
fax.DirtyDays = -2
Fails "DirtyDays -2", "80070057", "dirty_days"
fax.DiscountRateStartHour = 24
Fails "DiscountRateStartHour 24", "80070057", "hour"
fax.DiscountRateEndMinute = 60
Fails "DiscountRateEndMinute 60", "80070057", "minute"
Equal "nothing of that was taken", fax.Retries & fax.DirtyDays & fax.DiscountRateStartHour, "41419"
fax.Disconnect
Fine "Disconnect"
Finish
