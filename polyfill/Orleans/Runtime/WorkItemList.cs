namespace Orleans.Runtime;

/// <summary>A list that costs nothing while it is empty and allocates nothing ever.</summary>
internal struct WorkItemList
{
    private WorkItem? _last;

    public WorkItem? First { get; private set; }

    public readonly bool IsEmpty => First is null;

    public void Add(WorkItem item)
    {
        item.Previous = _last;
        item.Next = null;
        if (_last is null)
            First = item;
        else
            _last.Next = item;
        _last = item;
    }

    public void Remove(WorkItem item)
    {
        if (item.Previous is null)
            First = item.Next;
        else
            item.Previous.Next = item.Next;
        if (item.Next is null)
            _last = item.Previous;
        else
            item.Next.Previous = item.Previous;
        item.Next = item.Previous = null;
    }
}
