static int inner(int x)
{
    return x * 3;
}

static int middle(int x)
{
    return inner(x) + 1; /* <b>"&"</b> */
}

int outer(int x)
{
    return middle(x) ^ x;
}

/* So far from it, that is a listing of its own.
 *
 *
 *
 *
 *
 *
 *
 *
 *
 *
 *
 *
 *
 *
 *
 */
int _start(void)
{
    return outer(outer(7));
}
