# Prints the fax queue as a table, one job a line.
#   powershell -File list_jobs.ps1 [SERVER]
param([string]$Server = '')
$ErrorActionPreference = 'Stop'

$fax = New-Object -ComObject FaxServer.FaxServer
# '' is the server of this computer, or the one that client.toml names.
$fax.Connect($Server)
# A picture of the queue: its places do not move, whatever happens to the jobs meanwhile.
$jobs = $fax.GetJobs()
$types = 'unknown', 'send', 'receive', 'routing', 'failed receive'
$table = for ($i = 1; $i -le $jobs.Count; $i++) {
    $job = $jobs.Item($i)
    [pscustomobject]@{
        JobId         = $job.JobId
        Type          = $types[$job.Type]
        QueueStatus   = $job.QueueStatus
        DeviceStatus  = $job.DeviceStatus
        Pages         = $job.PageCount
        FaxNumber     = $job.FaxNumber
        RecipientName = $job.RecipientName
        DisplayName   = $job.DisplayName
    }
}
$table | Format-Table
$fax.Disconnect()
