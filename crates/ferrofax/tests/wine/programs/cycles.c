/* 10 000 times made, used and released: nothing stays; and the DLL knows whether it is in use. */
#include "client.h"
#include <psapi.h>

#define WARM 500
#define CYCLES 10000
/* The most by which memory may differ in the end: about 50 octets a cycle. An object that stays,
   with the string in it, takes over 100. */
#define SLACK (512 * 1024)

static void cycle(int turn)
{
    IDispatch *server = create(L"FaxServer.FaxServer"), *tiff = create(L"FaxTiff.FaxTiff"), *doc;
    VARIANT v, name;
    V_VT(&name) = VT_BSTR;
    V_BSTR(&name) = SysAllocString(L"a document that is not there.tif");
    VariantInit(&v);
    if (invoke(server, L"CreateDocument", DISPATCH_METHOD, &name, 1, &v) != S_OK)
        exit(1);
    VariantClear(&name);
    doc = V_DISPATCH(&v);
    put_text(doc, L"RecipientName", L"somebody", DISPATCH_PROPERTYPUT);
    if (get(doc, L"RecipientName", &v) != S_OK)
        exit(1);
    VariantClear(&v);
    /* Errors make an error object. */
    if (get(server, L"Retries", &v) != (HRESULT)0x80070006)
        exit(1);
    if (turn & 1) {
        IDispatch_Release(server);
        IDispatch_Release(doc);
    } else {
        IDispatch_Release(doc);
        IDispatch_Release(server);
    }
    IDispatch_Release(tiff);
}

static LONGLONG memory(void)
{
    PROCESS_MEMORY_COUNTERS counters;
    GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
    return (LONGLONG)counters.PagefileUsage;
}

/* The number of the next handle. Numbers are given again, so that it rises by four with each one that
   stays. Wine 8 counts no handles: GetProcessHandleCount gives 0. */
static LONGLONG next_handle(void)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    CloseHandle(event);
    return (LONGLONG)(LONG_PTR)event;
}

int wmain(int argc, wchar_t **argv)
{
    LONGLONG before, after;
    LONGLONG handle_before, handle_after;
    IDispatch *server, *jobs, *ports, *port, *status, *methods;
    HRESULT(STDAPICALLTYPE * can_unload)(void);
    VARIANT v;
    if (argc != 2)
        return 2;
    begin();
    can_unload = (void *)GetProcAddress(LoadLibraryW(argv[1]), "DllCanUnloadNow");
    good("nothing made: may be unloaded", can_unload());
    server = create(L"FaxServer.FaxServer");
    fails("a server lives: may not be unloaded", can_unload(), S_FALSE);
    IDispatch_Release(server);
    good("released: may be unloaded", can_unload());

    for (int i = 0; i < WARM; i++)
        cycle(i);
    before = memory();
    handle_before = next_handle();
    for (int i = 0; i < CYCLES; i++)
        cycle(i);
    after = memory();
    handle_after = next_handle();
    printf("%d cycles: memory %lld to %lld octets, next handle %lld to %lld\n", CYCLES, before, after, handle_before, handle_after);
    check("no memory stays", after - before < SLACK);
    check("no handle stays", handle_after - handle_before < CYCLES);
    good("all released: may be unloaded", can_unload());

    /* Released from the top down: what is below lives on. */
    server = create(L"FaxServer.FaxServer");
    good("Connect", put_text(server, L"Connect", L"", DISPATCH_METHOD));
    jobs = object(server, L"GetJobs");
    ports = object(server, L"GetPorts");
    IDispatch_Release(server);
    good("Item of an orphan", with_number(ports, L"Item", 1, &v));
    port = V_DISPATCH(&v);
    IDispatch_Release(ports);
    status = object(port, L"GetStatus");
    methods = object(port, L"GetRoutingMethods");
    IDispatch_Release(port);
    good("Refresh of an orphan", get(status, L"Refresh", &v));
    check("DeviceId of an orphan", number(status, L"DeviceId") == 1);
    check("Count of orphaned methods", number(methods, L"Count") == 3);
    check("Count of orphaned jobs", number(jobs, L"Count") == 0);
    IDispatch_Release(methods);
    IDispatch_Release(jobs);
    fails("one object left: may not be unloaded", can_unload(), S_FALSE);
    IDispatch_Release(status);
    good("in any order: may be unloaded", can_unload());
    return finish();
}
