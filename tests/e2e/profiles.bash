# Sourced by the tests of the tool: small profiles, written byte by byte, so
# that nothing under test is needed to make them.

# Bytes of one field of type "length-delimited": number, content in \x form.
# printf's own arguments count the bytes, so that none is miscounted by hand.
field() {
	local number=$1 content=$2
	local size=$((${#content} / 4))
	printf '\\x%02x\\x%02x%s' $((number << 3 | 2)) "$size" "$content"
}

# Text in \x form.
hex() {
	printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../\\x&/g'
}

# write_profile FILE LOCATION-ID [FUNCTION-NAME]: one sample of value 5 at a
# location of that id; the only location has id 1, and is a line of a function.
# Its mapping says that it has its names.
write_profile() {
	local file=$1 id=$2 name=${3-main}
	{
		field 1 '\x08\x01\x10\x02'                      # samples/count
		field 2 "\\x08$(printf '\\x%02x' "$id")\\x10\\x05" # the sample
		field 3 '\x08\x01\x10\x01\x18\x80\x20\x38\x01' # 0x1-0x1000, named
		field 4 "\\x08\\x01\\x10\\x01\\x18\\x10$(field 4 '\x08\x01\x10\x0a')"
		field 5 '\x08\x01\x10\x03\x18\x03'
		field 6 ''
		field 6 "$(hex samples)"
		field 6 "$(hex count)"
		field 6 "$(hex "$name")"
	} | xargs -0 printf | gzip -n >"$file"
}

# write_nameless_profile FILE: the location has an address, 0x1234, in a mapping
# of an unknown file, and no name.
write_nameless_profile() {
	{
		field 1 '\x08\x01\x10\x02'
		field 2 '\x08\x01\x10\x05'
		field 3 '\x08\x01\x10\x80\x20\x18\x80\x40\x28\x03' # 0x1000-0x2000
		field 4 '\x08\x01\x10\x01\x18\xb4\x24'
		field 6 ''
		field 6 "$(hex samples)"
		field 6 "$(hex count)"
		field 6 "$(hex /no/such/program)"
	} | xargs -0 printf | gzip -n >"$1"
}

# write_calls FILE: main calls work, and both call leaf; two sample types, a
# label on two of the three samples, a comment.
write_calls() {
	local i name
	{
		field 1 '\x08\x01\x10\x02'                   # samples/count
		field 1 '\x08\x03\x10\x04'                   # cpu/nanoseconds
		sample '\x03\x02\x01' '\x05\x80\xe1\xeb\x17' "$(field 3 '\x08\x08\x10\x09')"
		sample '\x03\x01' '\x02\x80\xad\xe2\x04' "$(field 3 '\x08\x08\x10\x0a')"
		sample '\x02\x01' '\x01\x80\x94\xeb\xdc\x03' ''
		field 3 '\x08\x01\x10\x80\x20\x18\x80\x40\x28\x0d\x38\x01\x40\x01\x48\x01'
		for i in 1 2 3; do
			field 4 "\\x08\\x0$i\\x10\\x01\\x18\\x8$i\\x20$(field 4 "\\x08\\x0$i\\x10\\x1$i")"
			field 5 "\\x08\\x0$i\\x10\\x0$((i + 4))\\x18\\x0$((i + 4))\\x20\\x0c"
		done
		for name in '' samples count cpu nanoseconds main work leaf thread \
			main-thread worker 'a comment' /src/calls.c /bin/calls; do
			field 6 "$(hex "$name")"
		done
		printf '\\x68\\x0b'
	} | xargs -0 printf | gzip -n >"$1"
}

# A sample: locations, values, the rest.
sample() {
	field 2 "$(field 1 "$1")$(field 2 "$2")$3"
}
