# What tests/unit/report/disasm.c disassembles: always the same bytes.
	.text
	.globl work, toil, _ZN4math4stepEi, idle
	.type work, @function
	.type toil, @function
work:
toil:
	push %rbp
	call _ZN4math4stepEi
	movl $5, -4(%rbp)
	pop %rbp
	ret
	.size work, . - work
	.size toil, . - toil
	.byte 0xcc

	.type _ZN4math4stepEi, @function
_ZN4math4stepEi:
	lea 1(%rdi), %eax
unsized:
	ret
	.size _ZN4math4stepEi, . - _ZN4math4stepEi

	.type idle, @function
idle:
	jmp idle
	.size idle, . - idle
