package main

// patternWord is SplitMix64 at one point: eight octets of the stream with a seed.
func patternWord(seed, block uint64) uint64 {
	z := seed + (block+1)*0x9e3779b97f4a7c15
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func patternOctet(seed, offset uint64) byte {
	return byte(patternWord(seed, offset/8) >> (offset % 8 * 8))
}

func pattern(seed, offset uint64, count int) []byte {
	octets := make([]byte, count)
	for i := range octets {
		octets[i] = patternOctet(seed, offset+uint64(i))
	}
	return octets
}

// firstDifference is the index of the first octet that is not the pattern's, or -1.
func firstDifference(seed, offset uint64, octets []byte) int {
	for i, o := range octets {
		if o != patternOctet(seed, offset+uint64(i)) {
			return i
		}
	}
	return -1
}
