package devices

// ProbeMap says where a Modbus probe keeps its temperature. Makers differ in everything, so it is data.
type ProbeMap struct {
	Slave    int    `toml:"slave"`    // 1…247
	Function int    `toml:"function"` // 3 holding registers, 4 input registers
	Register int    `toml:"register"` // as in the request on the wire, from 0
	Kind     string `toml:"kind"`     // int16, offset10000, float32, float32-swapped
	Scale    int    `toml:"scale"`    // integer kinds: the raw value divided by this is degrees Celsius
}
