/* Who calls a FaxServer of another apartment calls a stand-in, and the call runs on the thread of
   that apartment: not before it takes messages. */
#include "client.h"

static IStream *stream;
static void *raw;
static LONG went_through, proxies_differ, retries;
static HRESULT marshalled = E_FAIL, called = E_FAIL;

/* Another apartment, of whichever kind `model` says. */
static DWORD WINAPI other(void *model)
{
    IDispatch *proxy = NULL;
    CoInitializeEx(NULL, (DWORD)(ULONG_PTR)model);
    marshalled = CoGetInterfaceAndReleaseStream(stream, &IID_IDispatch, (void **)&proxy);
    if (marshalled == S_OK) {
        VARIANT v;
        proxies_differ = (void *)proxy != raw;
        VariantInit(&v);
        called = get(proxy, L"Retries", &v);
        retries = V_VT(&v) == VT_I4 ? V_I4(&v) : -1;
        IDispatch_Release(proxy);
    }
    InterlockedExchange(&went_through, 1);
    CoUninitialize();
    return 0;
}

static void from_another(const char *model_name, DWORD model, IDispatch *server)
{
    char what[96];
    HANDLE thread;
    MSG message;
    went_through = 0;
    snprintf(what, sizeof what, "%s: marshalled", model_name);
    good(what, CoMarshalInterThreadInterfaceInStream(&IID_IDispatch, (IUnknown *)server, &stream));
    thread = CreateThread(NULL, 0, other, (void *)(ULONG_PTR)model, 0, NULL);
    Sleep(500);
    snprintf(what, sizeof what, "%s: nothing runs while its own thread is busy", model_name);
    check(what, went_through == 0);
    while (MsgWaitForMultipleObjects(1, &thread, FALSE, 20000, QS_ALLINPUT) == WAIT_OBJECT_0 + 1)
        while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
            DispatchMessageW(&message);
    snprintf(what, sizeof what, "%s: it runs when that thread takes messages", model_name);
    check(what, went_through == 1);
    good(model_name, marshalled);
    good(model_name, called);
    snprintf(what, sizeof what, "%s: by a stand-in, not by the object", model_name);
    check(what, proxies_differ);
    snprintf(what, sizeof what, "%s: with the value", model_name);
    check(what, retries == 3);
    CloseHandle(thread);
}

/* A thread of the multithreaded apartment that makes a server gets a stand-in too. */
static DWORD WINAPI maker(void *unused)
{
    IDispatch *server;
    VARIANT v;
    (void)unused;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    server = create(L"FaxServer.FaxServer");
    good("made without an apartment of one's own: Connect", put_text(server, L"Connect", L"", DISPATCH_METHOD));
    VariantInit(&v);
    good("made without an apartment of one's own: Retries", get(server, L"Retries", &v));
    check("made without an apartment of one's own: value", V_VT(&v) == VT_I4 && V_I4(&v) == 3);
    IDispatch_Release(server);
    CoUninitialize();
    return 0;
}

int wmain(void)
{
    IDispatch *server;
    HANDLE thread;
    begin();
    server = create(L"FaxServer.FaxServer");
    raw = server;
    good("Connect", put_text(server, L"Connect", L"", DISPATCH_METHOD));
    from_another("another single apartment", COINIT_APARTMENTTHREADED, server);
    from_another("the multithreaded apartment", COINIT_MULTITHREADED, server);
    IDispatch_Release(server);
    thread = CreateThread(NULL, 0, maker, NULL, 0, NULL);
    WaitForSingleObject(thread, 60000);
    return finish();
}
