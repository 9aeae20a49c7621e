package devices

// SplitCodeID lets the vectors reach splitCodeID.
var SplitCodeID = splitCodeID
