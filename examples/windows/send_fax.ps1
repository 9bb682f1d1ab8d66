# Sends a file and prints the job's number.
#   powershell -File send_fax.ps1 FILE NUMBER [RECIPIENT]
param(
    [Parameter(Mandatory)][string]$File,
    [Parameter(Mandatory)][string]$Number,
    [string]$Recipient = ''
)
$ErrorActionPreference = 'Stop'

$fax = New-Object -ComObject FaxServer.FaxServer
$fax.Connect('')
try {
    $doc = $fax.CreateDocument((Resolve-Path $File).ProviderPath)
    $doc.FaxNumber = $Number
    $doc.RecipientName = $Recipient
    $doc.DisplayName = Split-Path $File -Leaf
    # When Send comes back, the server has a copy: the file may be deleted.
    "job $($doc.Send())"
}
catch {
    # The sentence of the error says what to do.
    Write-Error ('{0} (0x{1:X8})' -f $_.Exception.Message, $_.Exception.HResult)
}
finally {
    $fax.Disconnect()
}
