/* Calls by name, beyond what scripts do: named arguments, several names at once, and nobody who
   wants the result. */
#include "client.h"

static DISPID ids[2];

static HRESULT look_up(IDispatch *object, const wchar_t *first, const wchar_t *second)
{
    LPOLESTR names[2] = {(LPOLESTR)first, (LPOLESTR)second};
    ids[0] = ids[1] = -99;
    return IDispatch_GetIDsOfNames(object, &IID_NULL, names, second ? 2 : 1, LOCALE_USER_DEFAULT, ids);
}

int wmain(void)
{
    IDispatch *server, *ports;
    IEnumVARIANT *all;
    VARIANT index, result, items[5];
    DISPPARAMS named = {&index, &ids[1], 1, 1}, none = {0};
    ULONG fetched = 9;
    begin();
    server = create(L"FaxServer.FaxServer");
    good("Connect", put_text(server, L"Connect", L"", DISPATCH_METHOD));
    ports = object(server, L"GetPorts");

    good("a member and its argument, in any case", look_up(ports, L"ITEM", L"index"));
    check("their numbers", ids[0] == 2 && ids[1] == 0);
    V_VT(&index) = VT_I4;
    V_I4(&index) = 2;
    VariantInit(&result);
    good("a named argument", IDispatch_Invoke(ports, 2, &IID_NULL, 0, DISPATCH_PROPERTYGET, &named, &result, NULL, NULL));
    check("the second line", V_VT(&result) == VT_DISPATCH && number(V_DISPATCH(&result), L"DeviceId") == 2);
    VariantClear(&result);
    fails("an argument that is not there", look_up(ports, L"Item", L"Nope"), 0x80020006);
    check("what is known all the same", ids[0] == 2 && ids[1] == -1);
    fails("no names", IDispatch_GetIDsOfNames(ports, &IID_NULL, NULL, 0, 0, ids), 0x80004003);

    good("the enumerator of a collection", look_up(ports, L"_newenum", NULL));
    check("its number", ids[0] == DISPID_NEWENUM);
    fails("the enumerator of what is none", look_up(server, L"_NewEnum", NULL), 0x80020006);
    VariantInit(&result);
    good("an enumerator", IDispatch_Invoke(ports, DISPID_NEWENUM, &IID_NULL, 0, DISPATCH_METHOD, &none, &result, NULL, NULL));
    good("its interface", IUnknown_QueryInterface(V_UNKNOWN(&result), &IID_IEnumVARIANT, (void **)&all));
    VariantClear(&result);
    fails("more than there are", IEnumVARIANT_Next(all, 5, items, &fetched), S_FALSE);
    check("all there are", fetched == 2 && V_VT(&items[1]) == VT_DISPATCH);
    VariantClear(&items[0]);
    VariantClear(&items[1]);
    fails("no more", IEnumVARIANT_Next(all, 1, items, &fetched), S_FALSE);
    check("none", fetched == 0);
    IEnumVARIANT_Release(all);

    good("a result that nobody wants", IDispatch_Invoke(server, 3, &IID_NULL, 0, DISPATCH_METHOD, &none, NULL, NULL, NULL));
    fails("an argument too few", IDispatch_Invoke(ports, 2, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none, NULL, NULL, NULL), 0x8002000E);
    fails("a number that no member has", IDispatch_Invoke(ports, 99, &IID_NULL, 0, DISPATCH_METHOD, &none, NULL, NULL, NULL), 0x80020003);
    /* Nothing is released before the end: a program that ends so ends well. */
    return finish();
}
