/* An early-bound client: objects are called through their virtual tables, as Visual Basic and C++
   do. What follows is made from the table of the API: slots, identities and types are numbers. */
#define COBJMACROS
#include <windows.h>
#include <oleauto.h>
#include <stdio.h>

static int failures;

/* Texts that were passed in; they live as long as the program. */
static BSTR bstr(const wchar_t *text) { return SysAllocString(text); }

#define SLOT(object, slot) ((*(void ***)(object))[slot])
#define CALL(object, slot, types, ...) \
    (((HRESULT(STDMETHODCALLTYPE *) types)SLOT(object, slot))(__VA_ARGS__))

/* One caller for each shape of a signature: p is an out pointer, l a long, s a short, b a BSTR,
   d an IDispatch. Not every program uses them all. */
#define USED __attribute__((unused)) static HRESULT
USED call_(void *o, int n) { return CALL(o, n, (void *), o); }
USED call_p(void *o, int n, void *p) { return CALL(o, n, (void *, void *), o, p); }
USED call_l(void *o, int n, LONG a) { return CALL(o, n, (void *, LONG), o, a); }
USED call_lp(void *o, int n, LONG a, void *p) { return CALL(o, n, (void *, LONG, void *), o, a, p); }
USED call_s(void *o, int n, SHORT a) { return CALL(o, n, (void *, SHORT), o, a); }
USED call_b(void *o, int n, BSTR a) { return CALL(o, n, (void *, BSTR), o, a); }
USED call_bp(void *o, int n, BSTR a, void *p) { return CALL(o, n, (void *, BSTR, void *), o, a, p); }
USED call_d(void *o, int n, void *a) { return CALL(o, n, (void *, void *), o, a); }

static void row(const char *name, int good, const char *seen)
{
    printf("%s %s = %s\n", good ? "ok" : "BAD", name, seen);
    if (!good)
        failures++;
}

/* The sentence of the failure that was last on this thread; empty where there is none. */
static void sentence(char *text, size_t size)
{
    IErrorInfo *info = NULL;
    BSTR words = NULL;
    if (GetErrorInfo(0, &info) == S_OK) {
        IErrorInfo_GetDescription(info, &words);
        IErrorInfo_Release(info);
    }
    snprintf(text, size, "%ls", words ? words : L"");
    SysFreeString(words);
}

/* A call without a result; one that fails leaves its sentence. */
static void result(const char *name, HRESULT hr, ULONG want)
{
    char seen[640], words[512] = "";
    if (want)
        sentence(words, sizeof words);
    snprintf(seen, sizeof seen, "%08lx %s, wanted %08lx", (ULONG)hr, words, want);
    row(name, (ULONG)hr == want && (!want || strlen(words) > 10), seen);
}

static void text(const char *name, HRESULT hr, BSTR got, const wchar_t *want)
{
    char seen[1024];
    snprintf(seen, sizeof seen, "%08lx %ls, wanted %ls", (ULONG)hr, got ? got : L"", want);
    row(name, hr == S_OK && wcscmp(got ? got : L"", want) == 0, seen);
    SysFreeString(got);
}

static void number(const char *name, HRESULT hr, LONG got, LONG want)
{
    char seen[64];
    sprintf(seen, "%08lx %ld, wanted %ld", (ULONG)hr, got, want);
    row(name, hr == S_OK && got == want, seen);
}

static void around(const char *name, HRESULT hr, DATE got, DATE want, DATE width)
{
    char seen[96];
    snprintf(seen, sizeof seen, "%08lx %.6f, wanted %.6f", (ULONG)hr, got, want);
    row(name, hr == S_OK && got - want < width && want - got < width, seen);
}

static void currency(const char *name, HRESULT hr, VARIANT got, LONGLONG want)
{
    char seen[96];
    snprintf(seen, sizeof seen, "%08lx type %d", (ULONG)hr, V_VT(&got));
    row(name, hr == S_OK && V_VT(&got) == VT_CY && V_CY(&got).int64 == want, seen);
}

/* The object that came in a VARIANT, as the interface with the table's identity. */
static void *object(const char *name, HRESULT hr, VARIANT got, const GUID *iid)
{
    void *found = NULL;
    char seen[96];
    HRESULT asked = E_FAIL;
    if (hr == S_OK && V_VT(&got) == VT_DISPATCH && V_DISPATCH(&got))
        asked = IDispatch_QueryInterface(V_DISPATCH(&got), iid, &found);
    snprintf(seen, sizeof seen, "%08lx type %d, interface %08lx", (ULONG)hr, V_VT(&got), (ULONG)asked);
    row(name, asked == S_OK, seen);
    VariantClear(&got);
    if (!found)
        exit(1);
    return found;
}

static void begin(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    CoInitialize(NULL);
}

static void *create(GUID clsid, const GUID *iid)
{
    void *made = NULL;
    HRESULT hr = CoCreateInstance(&clsid, NULL, CLSCTX_INPROC_SERVER, iid, &made);
    if (hr) {
        printf("BAD CoCreateInstance = %08lx\n", (ULONG)hr);
        exit(1);
    }
    return made;
}

static void release(void *made)
{
    ULONG left = IUnknown_Release((IUnknown *)made);
    if (left > 1) {
        printf("BAD Release = %lu\n", left);
        failures++;
    }
}

static int finish(void)
{
    CoUninitialize();
    return 40 + failures;
}
