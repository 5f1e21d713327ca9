/* Demangling in each mode, against what the reference's demangler prints
 * (github.com/ianlancetaylor/demangle with the options of pprof's modes). */
#include "object/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
    const char *mangled, *simple, *templates, *full;
};

static const struct row rows[] = {
    {"_Z1fv", "f", "f", "f()"},
    {"_Z1fi", "f", "f", "f(int)"},
    {"_Z1fi@plt", "f@plt", "f@plt", "f(int)@plt"},
    {"_Z1fi@@V1", "f", "f", "f(int)"},
    {"_Z3fooILi3EEvT_", "foo", "foo<3>", "void foo<3>(3)"},
    {"_ZN1A1BC1Ev", "A::B::B", "A::B::B", "A::B::B()"},
    {"_ZN1A1BD2Ev", "A::B::~B", "A::B::~B", "A::B::~B()"},
    {"_ZN3FooC2ERKS_", "Foo::Foo", "Foo::Foo", "Foo::Foo(Foo const&)"},
    {"_ZNK3Foo3getEv", "Foo::get", "Foo::get", "Foo::get() const"},
    {"_ZN3Foo3setEiPKc", "Foo::set", "Foo::set", "Foo::set(int, char const*)"},
    {"_ZN12_GLOBAL__N_13Bar3FooEi", "(anonymous namespace)::Bar::Foo",
     "(anonymous namespace)::Bar::Foo", "(anonymous namespace)::Bar::Foo(int)"},
    {"_ZN12_GLOBAL__N_13runEv", "(anonymous namespace)::run",
     "(anonymous namespace)::run", "(anonymous namespace)::run()"},
    {"_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector::push_back",
     "std::vector<int, std::allocator<int> >::push_back",
     "std::vector<int, std::allocator<int> >::push_back(int const&)"},
    {"_ZNSt6vectorIS_IiSaIiEESaIS1_EE9push_backERKS1_",
     "std::vector::push_back",
     "std::vector<std::vector<int, std::allocator<int> >, "
     "std::allocator<std::vector<int, std::allocator<int> > > >::push_back",
     "std::vector<std::vector<int, std::allocator<int> >, "
     "std::allocator<std::vector<int, std::allocator<int> > > "
     ">::push_back(std::vector<int, std::allocator<int> > const&)"},
    {"_ZNSt3mapINSt7__cxx1112basic_stringIcSt11char_"
     "traitsIcESaIcEEEiSt4lessIS5_ESaISt4pairIKS5_iEEEixERS9_",
     "std::map::operator[]",
     "std::map<std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> >, int, std::less<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > >, "
     "std::allocator<std::pair<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > const, int> > "
     ">::operator[]",
     "std::map<std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> >, int, std::less<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > >, "
     "std::allocator<std::pair<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > const, int> > "
     ">::operator[](std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > const&)"},
    {"_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc",
     "std::operator<<", "std::operator<< <std::char_traits<char> >",
     "std::basic_ostream<char, std::char_traits<char> >& std::operator<< "
     "<std::char_traits<char> >(std::basic_ostream<char, "
     "std::char_traits<char> >&, char const*)"},
    {"_ZStltIcSt11char_traitsIcESaIcEEbRKNSt7__cxx1112basic_stringIT_T0_T1_"
     "EES8_",
     "std::operator<",
     "std::operator< <char, std::char_traits<char>, std::allocator<char> >",
     "bool std::operator< <char, std::char_traits<char>, std::allocator<char> "
     ">(std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > const&, std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> >)"},
    {"_ZN3FooltERKS_", "Foo::operator<", "Foo::operator<",
     "Foo::operator<(Foo const&)"},
    {"_ZN3FoogtERKS_", "Foo::operator>", "Foo::operator>",
     "Foo::operator>(Foo const&)"},
    {"_ZN3FoossERKS_", "Foo::operator<=>", "Foo::operator<=>",
     "Foo::operator<=>(Foo const&)"},
    {"_ZN3FoolsEi", "Foo::operator<<", "Foo::operator<<",
     "Foo::operator<<(int)"},
    {"_ZN3FoorsEi", "Foo::operator>>", "Foo::operator>>",
     "Foo::operator>>(int)"},
    {"_ZN3FoolSEi",
     "Foo::operator<<=", "Foo::operator<<=", "Foo::operator<<=(int)"},
    {"_ZN3FoorSEi",
     "Foo::operator>>=", "Foo::operator>>=", "Foo::operator>>=(int)"},
    {"_ZN3FooleERKS_",
     "Foo::operator<=", "Foo::operator<=", "Foo::operator<=(Foo const&)"},
    {"_ZN3FoogeERKS_",
     "Foo::operator>=", "Foo::operator>=", "Foo::operator>=(Foo const&)"},
    {"_ZN3FooclEi", "Foo::operator()", "Foo::operator()",
     "Foo::operator()(int)"},
    {"_ZNK3FooclEiRKS_", "Foo::operator()", "Foo::operator()",
     "Foo::operator()(int, Foo const&) const"},
    {"_ZN3FooixEi", "Foo::operator[]", "Foo::operator[]",
     "Foo::operator[](int)"},
    {"_ZN3FooptEv", "Foo::operator->", "Foo::operator->", "Foo::operator->()"},
    {"_ZN3FoopmEi", "Foo::operator->*", "Foo::operator->*",
     "Foo::operator->*(int)"},
    {"_ZN3FoocvbEv", "Foo::operator bool", "Foo::operator bool",
     "Foo::operator bool()"},
    {"_ZN3FoocvT_IiEEv", "Foo::operator int", "Foo::operator int<int>",
     "Foo::operator int<int>()"},
    {"_ZN3FoonwEm", "Foo::operator new", "Foo::operator new",
     "Foo::operator new(unsigned long)"},
    {"_ZN3FoodaEPv", "Foo::operator delete[]", "Foo::operator delete[]",
     "Foo::operator delete[](void*)"},
    {"_Zli3_kmd", "operator\"\" _km", "operator\"\" _km",
     "operator\"\" _km(double)"},
    {"_ZZ3foovENKUliE_clEi", "foo()::{lambda(int)#1}::operator()",
     "foo()::{lambda(int)#1}::operator()",
     "foo()::{lambda(int)#1}::operator()(int) const"},
    {"_ZZN6CInode7bad_getEiENUlT_E_D4Ev",
     "CInode::bad_get()::{lambda(auto:1)#1}::~{lambda(auto:1)#1}",
     "CInode::bad_get()::{lambda(auto:1)#1}::~{lambda(auto:1)#1}",
     "CInode::bad_get(int)::{lambda(auto:1)#1}::~{lambda(auto:1)#1}()"},
    {"_ZZ3foovENUlNSt3bar3bazEE_C2EOS1_",
     "foo()::{lambda(std::bar::baz)#1}::{lambda(std::bar::baz)#1}",
     "foo()::{lambda(std::bar::baz)#1}::{lambda(std::bar::baz)#1}",
     "foo()::{lambda(std::bar::baz)#1}::{lambda(std::bar::baz)#1}"
     "({lambda(std::bar::baz)#1}&&)"},
    {"_ZZ3foovENUliE_4_FUNEi", "foo()::{lambda(int)#1}::_FUN",
     "foo()::{lambda(int)#1}::_FUN", "foo()::{lambda(int)#1}::_FUN(int)"},
    {"_ZZ3foovENUt_3barEv", "foo()::{unnamed type#1}::bar",
     "foo()::{unnamed type#1}::bar", "foo()::{unnamed type#1}::bar()"},
    {"_ZZ3foovENUt_D1Ev", "foo()::{unnamed type#1}::~{unnamed type#1}",
     "foo()::{unnamed type#1}::~{unnamed type#1}",
     "foo()::{unnamed type#1}::~{unnamed type#1}()"},
    {"_ZZ3fooiENKUlvE_clEv", "foo()::{lambda()#1}::operator()",
     "foo()::{lambda()#1}::operator()",
     "foo(int)::{lambda()#1}::operator()() const"},
    {"_ZZN3Foo3barEiENKUliE_clEi", "Foo::bar()::{lambda(int)#1}::operator()",
     "Foo::bar()::{lambda(int)#1}::operator()",
     "Foo::bar(int)::{lambda(int)#1}::operator()(int) const"},
    {"_ZZNK3Foo3barEiENKUlT_E_clIiEEDaS0_",
     "Foo::bar() const::{lambda(auto:1)#1}::operator()",
     "Foo::bar() const::{lambda(auto:1)#1}::operator()<int>",
     "auto Foo::bar(int) const::{lambda(auto:1)#1}::operator()<int>(int) "
     "const"},
    {"_ZZZ4mainENKUliE_clEiEN1L2goEi",
     "main::{lambda(int)#1}::operator()() const::L::go",
     "main::{lambda(int)#1}::operator()() const::L::go",
     "main::{lambda(int)#1}::operator()(int) const::L::go(int)"},
    {"_ZZ3fooiE5count", "foo()::count", "foo()::count", "foo(int)::count"},
    {"_ZZ3fooiEN5Local3runEv", "foo()::Local::run", "foo()::Local::run",
     "foo(int)::Local::run()"},
    {"_ZNK3FooUt0_3getEv", "Foo::{unnamed type#2}::get",
     "Foo::{unnamed type#2}::get", "Foo::{unnamed type#2}::get() const"},
    {"_ZNSt17_Function_handlerIFiiEZ4mainEUliE_E9_M_invokeERKSt9_Any_dataOi",
     "std::_Function_handler::_M_invoke",
     "std::_Function_handler<int (int), main::{lambda(int)#1}>::_M_invoke",
     "std::_Function_handler<int (int), "
     "main::{lambda(int)#1}>::_M_invoke(std::_Any_data const&, int&&)"},
    {"_ZNSt8functionIFviEEC1IRFviEvEEOT_", "std::function::function",
     "std::function<void (int)>::function<void (&)(int), void>",
     "std::function<void (int)>::function<void (&)(int), void>(void (&)(int))"},
    {"_ZSt4sortIPiEvT_S1_", "std::sort", "std::sort<int*>",
     "void std::sort<int*>(int*, int*)"},
    {"_ZSt4sortIN9__gnu_cxx17__normal_iteratorIPiSt6vectorIiSaIiEEEEZN12_"
     "GLOBAL__N_13Bar3FooEiEUliiE_EvT_SA_T0_",
     "std::sort",
     "std::sort<__gnu_cxx::__normal_iterator<int*, std::vector<int, "
     "std::allocator<int> > >, (anonymous namespace)::Bar::Foo()::{lambda(int, "
     "int)#1}>",
     "void std::sort<__gnu_cxx::__normal_iterator<int*, std::vector<int, "
     "std::allocator<int> > >, (anonymous "
     "namespace)::Bar::Foo(int)::{lambda(int, "
     "int)#1}>(__gnu_cxx::__normal_iterator<int*, std::vector<int, "
     "std::allocator<int> > >, __gnu_cxx::__normal_iterator<int*, "
     "std::vector<int, std::allocator<int> > >, (anonymous "
     "namespace)::Bar::Foo(int)::{lambda(int, int)#1})"},
    {"_Z5applyIiEPFT_S0_ES0_", "apply", "apply<int>",
     "int (*apply<int>(int))(int)"},
    {"_Z6choosebPFivE", "choose", "choose", "choose(bool, int (*)())"},
    {"_Z3tieIJidEEvDpT_", "tie", "tie<int, double>",
     "void tie<int, double>(int, double)"},
    {"_Z7forwardIRiEOT_RNSt16remove_referenceIS1_E4typeE", "forward",
     "forward<int&>", "int& forward<int&>(std::remove_reference<int&>::type&)"},
    {"_ZN5boost4bind3runB5cxx11Ev", "boost::bind::run[abi:cxx11]",
     "boost::bind::run[abi:cxx11]", "boost::bind::run[abi:cxx11]()"},
    {"_ZNKSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE4sizeEv",
     "std::__cxx11::basic_string::size",
     "std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> >::size",
     "std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> >::size() const"},
    {"_Z3fooB5cxx11v", "foo[abi:cxx11]", "foo[abi:cxx11]", "foo[abi:cxx11]()"},
    {"_Z3foov.cold", "foo", "foo", "foo()"},
    {"_Z3fooi.constprop.0", "foo", "foo", "foo(int)"},
    {"_Z3fooi.part.0.isra.1", "foo", "foo", "foo(int)"},
    {"_ZN3Foo3barEi.llvm.1234", "Foo::bar", "Foo::bar", "Foo::bar(int)"},
    {"_ZTV3Foo", "vtable for Foo", "vtable for Foo", "vtable for Foo"},
    {"_ZTI3Foo", "typeinfo for Foo", "typeinfo for Foo", "typeinfo for Foo"},
    {"_ZTSN1A1BE", "typeinfo name for A::B", "typeinfo name for A::B",
     "typeinfo name for A::B"},
    {"_ZGVZ3fooiE5count", "guard variable for foo()::count",
     "guard variable for foo()::count", "guard variable for foo(int)::count"},
    {"_ZThn16_N3Foo3barEv", "non-virtual thunk to Foo::bar()",
     "non-virtual thunk to Foo::bar()", "non-virtual thunk to Foo::bar()"},
    {"_ZTv0_n24_N3Foo3barEv", "virtual thunk to Foo::bar()",
     "virtual thunk to Foo::bar()", "virtual thunk to Foo::bar()"},
    {"_ZN4llvm11PassManagerINS_6ModuleENS_15AnalysisManagerIS1_JEEEJEE3runERS1_"
     "RS3_",
     "llvm::PassManager::run",
     "llvm::PassManager<llvm::Module, llvm::AnalysisManager<llvm::Module> "
     ">::run",
     "llvm::PassManager<llvm::Module, llvm::AnalysisManager<llvm::Module> "
     ">::run(llvm::Module&, llvm::AnalysisManager<llvm::Module>&)"},
    {"_ZN5arrayILm4ELb1EE2atILin1EEEvv", "array::at",
     "array<4ul, true>::at<-1>", "void array<4ul, true>::at<-1>()"},
    {"_ZlsRSoRK3Foo", "operator<<", "operator<<",
     "operator<<(std::ostream&, Foo const&)"},
    {"_ZanRK3FooS1_", "operator&", "operator&",
     "operator&(Foo const&, Foo const&)"},
    {"_ZN1AILi1EEltILi2EEEbRKS_IXT_EE", "A::operator<", "A<1>::operator< <2>",
     "bool A<1>::operator< <2>(A<2> const&)"},
    {"_ZN3FooIXgtLi3ELi2EEE3runEv", "Foo::run", "Foo<((3)>(2))>::run",
     "Foo<((3)>(2))>::run()"},
    {"_ZN3FooIXsrSt7is_sameIiiE5valueEE3runEv", "Foo::run",
     "Foo<std::is_same<int, int>::value>::run",
     "Foo<std::is_same<int, int>::value>::run()"},
    {"_Z1hIiEDTcl1fIT_EEEv", "h", "h<int>", "decltype ((f<int>)()) h<int>()"},
    {"_ZNKR3Foo3getEv", "Foo::get", "Foo::get", "Foo::get() const &"},
    {"_ZNO3Foo4takeEv", "Foo::take", "Foo::take", "Foo::take() &&"},
    {"_GLOBAL__I__Z3foov", "global constructors keyed to foo()",
     "global constructors keyed to foo()",
     "global constructors keyed to foo()"},
    {"_ZN4core3fmt9Formatter3pad17h0123456789abcdefE",
     "core::fmt::Formatter::pad", "core::fmt::Formatter::pad",
     "core::fmt::Formatter::pad"},
    {"_ZN9once_cell3imp17OnceCell$LT$T$GT$10initialize28_$u7b$$u7b$closure$u7d$"
     "$u7d$17he679ccd3e1602824E",
     "once_cell::imp::OnceCell<T>::initialize::{{closure}}",
     "once_cell::imp::OnceCell<T>::initialize::{{closure}}",
     "once_cell::imp::OnceCell<T>::initialize::{{closure}}"},
    {"_ZN100_$LT$$RF$mut$u20$serde_json..ser..Serializer$LT$W$C$F$GT$$u20$as$"
     "u20$serde_core..ser..Serializer$GT$13serialize_str17h087dcf4bf24cafe9E",
     "<&mut serde_json::ser::Serializer<W,F> as "
     "serde_core::ser::Serializer>::serialize_str",
     "<&mut serde_json::ser::Serializer<W,F> as "
     "serde_core::ser::Serializer>::serialize_str",
     "<&mut serde_json::ser::Serializer<W,F> as "
     "serde_core::ser::Serializer>::serialize_str"},
    {"_ZN4main3run17h0123456789abcdefE.llvm.77", "main::run", "main::run",
     "main::run"},
    {"_RNvC6_123foo3bar", "123foo::bar", "123foo::bar", "123foo::bar"},
    {"_RNvCs15kBYyAo9fc_7mycrate7example", "mycrate::example",
     "mycrate::example", "mycrate::example"},
    {"_RINvNtC3std3mem8align_ofjdE", "std::mem::align_of::<>",
     "std::mem::align_of::<usize, f64>", "std::mem::align_of::<usize, f64>"},
    {"_RNvMs_NtCs4fqI2P2rA04_4core3fmtNtB4_9Formatter3pad",
     "<core::fmt::Formatter>::pad", "<core::fmt::Formatter>::pad",
     "<core::fmt::Formatter>::pad"},
    {"_RNvXs_NtC4core3fmthNtB4_7Display3fmt", "<u8 as core::fmt::Display>::fmt",
     "<u8 as core::fmt::Display>::fmt", "<u8 as core::fmt::Display>::fmt"},
    {"_RNCNvC4main3run0B3_", "main::run::{closure#0}", "main::run::{closure#0}",
     "main::run::{closure#0}"},
    {"_RINvC7stacker4growuNCNvC4main3run0EB4_", "stacker::grow::<>",
     "stacker::grow::<(), main::run::{closure#0}>",
     "stacker::grow::<(), main::run::{closure#0}>"},
    {"_RNvMC4mainINtB2_3BoxhE3get", "<main::Box<>>::get",
     "<main::Box<u8>>::get", "<main::Box<u8>>::get"},
};

static void check(const char *mangled, enum pp_demangle mode,
                  const char *wanted)
{
    struct pp_buffer out = {0};
    pp_buffer_append_text(&out, "before ");
    assert_true(pp_demangle(pp_slice_of(mangled), mode, &out));
    assert_string_equal(out.data + strlen("before "), wanted);
    pp_buffer_release(&out);
}

static void test_modes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(rows[i].mangled, PP_DEMANGLE_SIMPLE, rows[i].simple);
        check(rows[i].mangled, PP_DEMANGLE_TEMPLATES, rows[i].templates);
        check(rows[i].mangled, PP_DEMANGLE_FULL, rows[i].full);
    }
}

static void refuse(struct pp_slice name, enum pp_demangle mode)
{
    struct pp_buffer out = {0};
    pp_buffer_append_text(&out, "before");
    assert_false(pp_demangle(name, mode, &out));
    assert_string_equal(out.data, "before");
    pp_buffer_release(&out);
}

static void test_refuses_what_is_not_mangled(void **state)
{
    static const char *const names[] = {
        "",
        "_",
        "main",
        "_start",
        "_Z",
        "_R",
        "_Zfoo",
        "_Z3fo",
        "__libc_start_main",
        "_ZNSt6vectorIiSaI",
        "foo(int)",
        "_GLOBAL__sub_I_main.cc",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int mode = PP_DEMANGLE_NONE; mode <= PP_DEMANGLE_FULL; mode++)
            refuse(pp_slice_of(names[i]), mode);
    refuse(pp_slice_literal("_Z1fv"), PP_DEMANGLE_NONE);
}

/* Names end where the slice does, wherever a NUL may stand. */
static void test_borrows_a_slice(void **state)
{
    struct pp_buffer out = {0};
    (void)state;
    assert_true(pp_demangle((struct pp_slice){"_Z3foovGARBAGE", 7},
                            PP_DEMANGLE_FULL, &out));
    assert_string_equal(out.data, "foo()");
    pp_buffer_release(&out);
}

/* f(int*****...), of `size` bytes in all. */
static struct pp_slice nested_name(char *space, size_t size)
{
    memset(space, 'P', size);
    memcpy(space, "_Z1f", 4);
    space[size - 1] = 'i';
    return (struct pp_slice){space, size};
}

static void test_long_names(void **state)
{
    char space[8192];
    struct pp_buffer out = {0};
    (void)state;
    assert_true(pp_demangle(nested_name(space, 900), PP_DEMANGLE_FULL, &out));
    assert_int_equal(out.size, strlen("f(int)") + 895);
    refuse(nested_name(space, sizeof space), PP_DEMANGLE_FULL);
    refuse(nested_name(space, sizeof space), PP_DEMANGLE_SIMPLE);
    pp_buffer_release(&out);
}

/* Each parameter is a pair of the one before: twice the text with each. */
static void test_text_that_doubles(void **state)
{
    struct pp_buffer name = {0}, out = {0};
    (void)state;
    pp_buffer_append_text(&name, "_Z1f1pIiiE");
    for (int i = 0; i < 30; i++)
        pp_buffer_format(&name, i == 0 ? "S_IS0_S0_E" : "S_IS%c_S%c_E",
                         "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i],
                         "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i]);
    refuse(pp_buffer_slice(&name), PP_DEMANGLE_FULL);
    assert_true(pp_demangle(pp_buffer_slice(&name), PP_DEMANGLE_SIMPLE, &out));
    assert_string_equal(out.data, "f");
    pp_buffer_release(&name);
    pp_buffer_release(&out);
}

/* Any prefix and any changed byte of a name is demangled or refused, and a
 * buffer's ceiling is kept. */
static void test_damaged_names(void **state)
{
    char space[512];
    struct pp_buffer out;
    uint64_t random = 1;
    (void)state;
    pp_buffer_init(&out, 300);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].mangled);
        for (size_t at = 2; at < size; at++) {
            memcpy(space, rows[i].mangled, size);
            random = pp_hash_u64(random + at);
            space[at] = rows[i].mangled[random % size];
            if (random & 1 << 20)
                space[at] = (char)(random >> 8);
            for (int mode = PP_DEMANGLE_SIMPLE; mode <= PP_DEMANGLE_FULL;
                 mode++) {
                pp_buffer_release(&out);
                pp_buffer_init(&out, 300);
                pp_demangle((struct pp_slice){space, size}, mode, &out);
                assert_true(out.size <= 300);
                pp_demangle((struct pp_slice){space, at}, mode, &out);
                assert_true(out.size <= 300);
            }
        }
    }
    pp_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_refuses_what_is_not_mangled),
        cmocka_unit_test(test_borrows_a_slice),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_text_that_doubles),
        cmocka_unit_test(test_damaged_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
