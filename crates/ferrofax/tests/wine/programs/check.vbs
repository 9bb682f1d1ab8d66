' What stands before every script of the tests: a check after each call, counted.
Dim failures
failures = 0
' The call before went well.
Sub Fine(what)
  Dim number, words
  number = Err.Number : words = Err.Description
  Err.Clear
  If number = 0 Then
    WScript.Echo "ok   " & what
  Else
    WScript.Echo "FAIL " & what & ": " & Hex(number) & " " & words
    failures = failures + 1
  End If
End Sub
' The call before failed with this number and a sentence that holds these words.
Sub Fails(what, want, having)
  Dim number, words
  number = Err.Number : words = Err.Description
  Err.Clear
  If Hex(number) = want And InStr(1, words, having, 1) > 0 Then
    WScript.Echo "ok   " & what & ": " & Hex(number) & " " & words
  Else
    WScript.Echo "FAIL " & what & ": " & Hex(number) & " " & words & ", wanted " & want & " and " & having
    failures = failures + 1
  End If
End Sub
' The call before failed; by which number, the script host decides.
Sub Refused(what)
  Dim number, words
  number = Err.Number : words = Err.Description
  Err.Clear
  If number <> 0 Then
    WScript.Echo "ok   " & what & ": " & Hex(number) & " " & words
  Else
    WScript.Echo "FAIL " & what & " went well"
    failures = failures + 1
  End If
End Sub
' The call before went well and gave this.
Sub Equal(what, got, want)
  Dim number, words
  number = Err.Number : words = Err.Description
  Err.Clear
  If number = 0 And CStr(got) = CStr(want) Then
    WScript.Echo "ok   " & what & " = " & got
  Else
    WScript.Echo "FAIL " & what & " got <" & got & "> want <" & want & "> " & Hex(number) & " " & words
    failures = failures + 1
  End If
End Sub
Sub Finish()
  WScript.Quit 40 + failures
End Sub
Sub GiveUp(what)
  WScript.Echo "FAIL " & what
  WScript.Quit 99
End Sub
