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
