using AutoDeploy.Deployments;

namespace AutoDeploy.Grains.Tests;

public class DeploymentQueueTests
{
    private readonly DeploymentQueue _line = new(2);
    private readonly Guid[] _ids = [.. Enumerable.Range(0, 6).Select(_ => Guid.NewGuid())];

    [Fact]
    public void So_many_are_inside_and_the_others_follow_in_their_order()
    {
        Assert.Equal([true, true, false, false], Enter(0, 1, 2, 3));
        Assert.Equal([0, 0, 1, 2], _ids[..4].Select(_line.GetPosition));
        Assert.Equal([_ids[2]], _line.Leave(_ids[1]));
        Assert.Equal([_ids[3]], _line.Leave(_ids[0]));
        Assert.Empty(_line.Leave(_ids[2]));
        Assert.Equal([_ids[3]], _line.Admitted);
    }

    [Fact]
    public void Persons_go_before_pushes_and_among_them_in_their_order()
    {
        Enter(0, 1, 2);
        _line.Enter(_ids[3], true);
        _line.Enter(_ids[4], true);
        Enter(5);
        Assert.Equal([_ids[3], _ids[4], _ids[2], _ids[5]], _line.Waiting);
    }

    [Fact]
    public void Who_asks_again_keeps_its_place()
    {
        Enter(0, 1, 2, 3);
        Assert.Equal([true, false], Enter(0, 2));
        Assert.Equal([_ids[2], _ids[3]], _line.Waiting);
    }

    [Fact]
    public void Who_goes_while_it_waits_leaves_no_gap()
    {
        Enter(0, 1, 2, 3);
        Assert.Empty(_line.Leave(_ids[2]));
        Assert.Equal(1, _line.GetPosition(_ids[3]));
        Assert.Equal([_ids[3]], _line.Leave(_ids[0]));
    }

    [Fact]
    public void Who_was_inside_before_is_inside_whatever_the_limit()
    {
        Enter(0, 1, 2);
        _line.Hold(_ids[2]);
        _line.Hold(_ids[3]);
        Assert.Equal(4, _line.Admitted.Count);
        Enter(4);
        Assert.Empty(_line.Leave(_ids[0]));
        Assert.Empty(_line.Leave(_ids[1]));
        Assert.Equal([_ids[4]], _line.Leave(_ids[2]));
    }

    private IEnumerable<bool> Enter(params int[] which) => [.. which.Select(i => _line.Enter(_ids[i], false))];
}
