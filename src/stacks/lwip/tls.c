// The sanitizer stands before the loader's function that finds variables of a thread, and looks up
// its own thread at each call, even where it is told to leave them alone
// (intercept_tls_get_addr=0). .NET calls that function for each object that it makes. This one goes
// before the sanitizer's.
#if defined(TCPCONF_FUZZED) && defined(__x86_64__)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

#define KEPT __attribute__((section(".tcpconf_kept")))
// It is called before the sanitizer is ready.
#define UNSEEN __attribute__((no_sanitize("address", "undefined", "coverage")))

typedef void *find_variable(void *index);

static find_variable *loaders KEPT;

static UNSEEN uintptr_t place(const struct link_map *in, ElfW(Addr) at) {
    return at < in->l_addr ? at + in->l_addr : at;
}

static UNSEEN int is_it(const char *name) {
    static char wanted[] KEPT = "__tls_get_addr";
    for (size_t i = 0; name[i] == wanted[i]; i++)
        if (name[i] == 0)
            return 1;
    return 0;
}

// No function of the loader can be asked: they may be at work.
static UNSEEN find_variable *find_in(const struct link_map *in) {
    uintptr_t symbols = 0, names = 0, size = 0;
    for (const ElfW(Dyn) *d = in->l_ld; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_SYMTAB)
            symbols = place(in, d->d_un.d_ptr);
        if (d->d_tag == DT_STRTAB)
            names = place(in, d->d_un.d_ptr);
        if (d->d_tag == DT_STRSZ)
            size = d->d_un.d_val;
    }
    // The names begin where the symbols end.
    for (uintptr_t at = symbols; at != 0 && at < names; at += sizeof(ElfW(Sym))) {
        const ElfW(Sym) *symbol = (const ElfW(Sym) *)at;
        if (symbol->st_name >= size)
            return NULL; // they end elsewhere
        if (symbol->st_shndx != SHN_UNDEF && is_it((const char *)names + symbol->st_name))
            return (find_variable *)(in->l_addr + symbol->st_value);
    }
    return NULL;
}

static UNSEEN void find(void) {
    for (const struct link_map *l = _r_debug.r_map; l != NULL && loaders == NULL; l = l->l_next)
        if (l->l_ld != NULL && l->l_addr == _r_debug.r_ldbase)
            loaders = find_in(l);
    if (loaders == NULL)
        loaders = (find_variable *)dlsym(RTLD_NEXT, "__tls_get_addr"); // the sanitizer's
    if (loaders == NULL)
        __builtin_trap();
}

__attribute__((visibility("default"))) UNSEEN void *__tls_get_addr(void *index) {
    if (__builtin_expect(loaders == NULL, 0))
        find();
    return loaders(index);
}
#endif
