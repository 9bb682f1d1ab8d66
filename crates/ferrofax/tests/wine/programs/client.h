/* What the small programs share: a late-bound client in C. */
#define COBJMACROS
#include <windows.h>
#include <oleauto.h>
#include <stdio.h>

static int failures;

#define USED __attribute__((unused)) static

USED void check(const char *what, int good)
{
    printf("%s %s\n", good ? "ok" : "BAD", what);
    if (!good)
        failures++;
}

USED void good(const char *what, HRESULT hr)
{
    printf("%s %s: %08lx\n", hr == S_OK ? "ok" : "BAD", what, (ULONG)hr);
    if (hr != S_OK)
        failures++;
}

USED void fails(const char *what, HRESULT hr, ULONG want)
{
    printf("%s %s: %08lx, wanted %08lx\n", (ULONG)hr == want ? "ok" : "BAD", what, (ULONG)hr, want);
    if ((ULONG)hr != want)
        failures++;
}

static void begin(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    CoInitialize(NULL);
}

static int finish(void)
{
    CoUninitialize();
    return 40 + failures;
}

USED IDispatch *create(const wchar_t *progid)
{
    CLSID clsid;
    IDispatch *made = NULL;
    HRESULT hr = CLSIDFromProgID(progid, &clsid);
    if (hr == S_OK)
        hr = CoCreateInstance(&clsid, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, (void **)&made);
    if (hr != S_OK) {
        printf("BAD %ls: %08lx\n", progid, (ULONG)hr);
        exit(1);
    }
    return made;
}

/* Invoke by name. The number of an exception is that of the call, as scripts see it. */
USED HRESULT invoke(IDispatch *object, const wchar_t *name, WORD flags, VARIANT *args, UINT count, VARIANT *result)
{
    DISPID id, put = DISPID_PROPERTYPUT;
    LPOLESTR text = (LPOLESTR)name;
    DISPPARAMS params = {args, NULL, count, 0};
    EXCEPINFO why;
    HRESULT hr = IDispatch_GetIDsOfNames(object, &IID_NULL, &text, 1, LOCALE_USER_DEFAULT, &id);
    if (hr != S_OK)
        return hr;
    if (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) {
        params.rgdispidNamedArgs = &put;
        params.cNamedArgs = 1;
    }
    memset(&why, 0, sizeof why);
    hr = IDispatch_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, &params, result, &why, NULL);
    if (hr == DISP_E_EXCEPTION)
        hr = why.scode;
    SysFreeString(why.bstrSource);
    SysFreeString(why.bstrDescription);
    SysFreeString(why.bstrHelpFile);
    return hr;
}

USED HRESULT get(IDispatch *object, const wchar_t *name, VARIANT *result)
{
    VariantInit(result);
    return invoke(object, name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, NULL, 0, result);
}

USED HRESULT put_text(IDispatch *object, const wchar_t *name, const wchar_t *value, WORD flags)
{
    VARIANT v;
    HRESULT hr;
    V_VT(&v) = VT_BSTR;
    V_BSTR(&v) = SysAllocString(value);
    hr = invoke(object, name, flags, &v, 1, NULL);
    VariantClear(&v);
    return hr;
}

USED HRESULT with_number(IDispatch *object, const wchar_t *name, LONG value, VARIANT *result)
{
    VARIANT v;
    V_VT(&v) = VT_I4;
    V_I4(&v) = value;
    VariantInit(result);
    return invoke(object, name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &v, 1, result);
}

/* The object that a member gives; the program ends without one. */
USED IDispatch *object(IDispatch *from, const wchar_t *name)
{
    VARIANT v;
    HRESULT hr = get(from, name, &v);
    if (hr != S_OK || V_VT(&v) != VT_DISPATCH) {
        printf("BAD %ls: %08lx\n", name, (ULONG)hr);
        exit(1);
    }
    return V_DISPATCH(&v);
}

USED LONG number(IDispatch *from, const wchar_t *name)
{
    VARIANT v;
    return get(from, name, &v) == S_OK && V_VT(&v) == VT_I4 ? V_I4(&v) : -99;
}
