# What a compiler may make of weblist_sample.c, with the least of DWARF that
# tells of the inlined calls; by hand, so that it is the same everywhere.
	.file 1 "/src/weblist_sample.c"
	.text
.Ltext:
	.globl outer
	.type outer, @function
outer:
	.loc 1 12
	mov %edi, %eax
.Lmiddle:
.Linner:
	.loc 1 3
	lea (%rax,%rax,2), %eax
.Linner_end:
	.loc 1 8
	inc %eax
.Lmiddle_end:
	.loc 1 13
	xor %edi, %eax
	ret
	.size outer, . - outer

	.globl _start
	.type _start, @function
_start:
	.loc 1 35
	mov $7, %edi
	.loc 1 36
	call outer
	mov %eax, %edi
	call outer
	ret
	.size _start, . - _start
.Lend:

# ---- .debug_abbrev: number, tag, children, attributes and forms --------------

	.section .debug_abbrev, "", @progbits
.Labbreviations:
	.uleb128 1, 0x11 # the unit
	.byte 1
	.uleb128 0x03, 0x08 # name
	.uleb128 0x11, 0x01 # low_pc
	.uleb128 0x12, 0x07 # high_pc, as a size
	.uleb128 0x10, 0x17 # stmt_list
	.uleb128 0, 0
	.uleb128 2, 0x2e # a function that is inlined
	.byte 0
	.uleb128 0x03, 0x08 # name
	.uleb128 0x3b, 0x0b # decl_line
	.uleb128 0x20, 0x0b # inline
	.uleb128 0, 0
	.uleb128 3, 0x2e # a function
	.byte 1
	.uleb128 0x03, 0x08 # name
	.uleb128 0x3b, 0x0b # decl_line
	.uleb128 0x11, 0x01 # low_pc
	.uleb128 0x12, 0x07 # high_pc
	.uleb128 0, 0
	.uleb128 4, 0x1d # an inlined call
	.byte 1
	.uleb128 0x31, 0x13 # abstract_origin
	.uleb128 0x11, 0x01 # low_pc
	.uleb128 0x12, 0x07 # high_pc
	.uleb128 0x58, 0x0b # call_file
	.uleb128 0x59, 0x0b # call_line
	.uleb128 0, 0
	.uleb128 0

# ---- .debug_info -------------------------------------------------------------

	.section .debug_info, "", @progbits
.Lunit:
	.long .Lunit_end - .Lversion
.Lversion:
	.value 4
	.long .Labbreviations
	.byte 8 # bytes of an address
	.uleb128 1
	.string "/src/weblist_sample.c"
	.quad .Ltext
	.quad .Lend - .Ltext
	.long .Lline_table
.Linner_function:
	.uleb128 2
	.string "inner"
	.byte 1, 1
.Lmiddle_function:
	.uleb128 2
	.string "middle"
	.byte 6, 1
	.uleb128 3
	.string "outer"
	.byte 11
	.quad outer
	.quad _start - outer
	.uleb128 4
	.long .Lmiddle_function - .Lunit
	.quad .Lmiddle
	.quad .Lmiddle_end - .Lmiddle
	.byte 1, 13
	.uleb128 4
	.long .Linner_function - .Lunit
	.quad .Linner
	.quad .Linner_end - .Linner
	.byte 1, 8
	.uleb128 0, 0, 0 # the ends of inner, middle and outer
	.uleb128 3
	.string "_start"
	.byte 34
	.quad _start
	.quad .Lend - _start
	.uleb128 0, 0 # of _start and of the unit
.Lunit_end:

	.section .debug_line, "", @progbits
.Lline_table:
