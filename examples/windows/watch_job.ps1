# Prints what becomes of a job until it leaves the queue: sent, or cancelled.
#   powershell -File watch_job.ps1 JOB
param([Parameter(Mandatory)][int]$Job)
$ErrorActionPreference = 'Stop'

$fax = New-Object -ComObject FaxServer.FaxServer
$fax.Connect('')
$jobs = $fax.GetJobs()
$found = $null
for ($i = 1; $i -le $jobs.Count; $i++) {
    if ($jobs.Item($i).JobId -eq $Job) { $found = $jobs.Item($i) }
}
if (-not $found) { "job $Job is not in the queue"; exit 1 }

$last = ''
try {
    while ($true) {
        $line = "$($found.QueueStatus), $($found.DeviceStatus)"
        if ($line -ne $last) { $line }
        $last = $line
        if ($found.QueueStatus -in 'Failed', 'Retries Exceeded') { exit 1 }
        Start-Sleep -Milliseconds 500
        # The values are a picture; Refresh takes a new one. It fails when the job has left.
        $found.Refresh()
    }
}
catch [System.Runtime.InteropServices.COMException], [System.ArgumentException] {
    $_.Exception.Message
}
