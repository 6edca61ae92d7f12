using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Services;

public class HeldPushTests
{
    private static readonly DateTimeOffset Noon = new(2025, 10, 9, 12, 0, 0, TimeSpan.Zero);

    private static readonly Verdict Verdict = new()
    {
        Uuid = Guid.NewGuid(),
        PushId = Guid.NewGuid(),
        ServiceId = Guid.NewGuid(),
        Kind = VerdictKind.Held,
        Reason = VerdictReasons.New,
        Detail = "It waits.",
        Received = Noon,
    };

    private static readonly HeldPush Held = new()
    {
        Verdict = Verdict,
        Push = new Push
        {
            Uuid = Verdict.PushId,
            Sender = "hub",
            Delivery = "1",
            Source = "reg.acme.com/web",
            Received = Noon,
        },
        Version = new ServiceVersion { Image = ImageName.Parse("reg.acme.com/web:1") },
    };

    private static readonly Service Service = new()
    {
        Uuid = Verdict.ServiceId,
        Organization = "default",
        Name = "web",
        Created = Noon,
        Settings = new ServiceSettings { Image = "reg.acme.com/web:1", ApprovalRequired = true },
        Held = Held,
    };

    [Theory]
    [InlineData(VerdictKind.Held, true)]
    [InlineData(VerdictKind.Deploy, false)]
    [InlineData(VerdictKind.Skip, false)]
    public void Only_a_verdict_that_holds_keeps_the_push(VerdictKind kind, bool kept)
    {
        var verdict = Verdict with { Kind = kind, Detail = "Judged again." };
        Assert.Equal(kept ? verdict : null, Held.Apply(verdict)?.Verdict);
    }

    [Fact]
    public void A_push_is_approved_once_and_only_where_that_is_asked_for()
    {
        Assert.Null(HeldPush.FindObjectionToApproval(Service, Verdict.Uuid));
        Assert.Equal("The push is not held any more.", HeldPush.FindObjectionToApproval(Service, Guid.NewGuid()));
        Assert.Equal("The push is not held any more.", HeldPush.FindObjectionToApproval(Service with { Held = null }, Verdict.Uuid));
        Assert.Equal(
            "anna has approved it already. It waits.",
            HeldPush.FindObjectionToApproval(Service with { Held = Held.Approve("anna", Noon) }, Verdict.Uuid)
        );
        var open = Service with { Settings = Service.Settings with { ApprovalRequired = false } };
        Assert.Equal("It needs no approval. It waits.", HeldPush.FindObjectionToApproval(open, Verdict.Uuid));
    }
}
