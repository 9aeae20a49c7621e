package devices

// Weight is one reading.
type Weight struct{}

// Temperature is one reading.
type Temperature struct{}
