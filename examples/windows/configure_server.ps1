# Shows the server's properties; those that are given are set first.
#   powershell -File configure_server.ps1 [-Retries N] [-RetryDelay MINUTES] [-Pause 0|1]
param([int]$Retries, [int]$RetryDelay, [int]$Pause)
$ErrorActionPreference = 'Stop'

$fax = New-Object -ComObject FaxServer.FaxServer
$fax.Connect('')
# Written to the server at once; there is nothing to save. A truth is a whole number in this API.
if ($PSBoundParameters.ContainsKey('Retries')) { $fax.Retries = $Retries }
if ($PSBoundParameters.ContainsKey('RetryDelay')) { $fax.RetryDelay = $RetryDelay }
if ($PSBoundParameters.ContainsKey('Pause')) { $fax.PauseServerQueue = $Pause }

[pscustomobject]@{
    Retries              = $fax.Retries
    RetryDelay           = $fax.RetryDelay
    DirtyDays            = $fax.DirtyDays
    Branding             = $fax.Branding
    UseDeviceTsid        = $fax.UseDeviceTsid
    PauseServerQueue     = $fax.PauseServerQueue
    ArchiveOutboundFaxes = $fax.ArchiveOutboundFaxes
    ArchiveDirectory     = $fax.ArchiveDirectory
    DiscountFrom         = '{0:00}:{1:00}' -f $fax.DiscountRateStartHour, $fax.DiscountRateStartMinute
    DiscountTo           = '{0:00}:{1:00}' -f $fax.DiscountRateEndHour, $fax.DiscountRateEndMinute
}
$fax.Disconnect()
