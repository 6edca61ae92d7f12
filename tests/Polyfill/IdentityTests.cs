using Orleans.Runtime;

namespace AutoDeploy.Polyfill.Tests;

public class IdentityTests
{
    [Theory]
    [InlineData("service/a")]
    [InlineData("image/docker.io/acme/api:latest")]
    public void A_grain_id_survives_being_written_and_read(string text)
    {
        var id = GrainId.Parse(text);
        Assert.Equal(text, id.ToString());
        Assert.Equal(text, $"{id.Type}/{id.Key}");
        Assert.True(GrainId.TryParse(text, out var again));
        Assert.Equal(id, again);
    }

    [Fact]
    public void Grain_ids_are_equal_by_type_and_key()
    {
        var id = GrainId.Create("service", "a");
        Assert.True(id == GrainId.Create(GrainType.Create("service"), IdSpan.Create("a")));
        Assert.Equal(id.GetHashCode(), GrainId.Create(GrainType.Create("service"), "a").GetHashCode());
        Assert.True(id != GrainId.Create("service", "b"));
        Assert.True(id != GrainId.Create("image", "a"));
    }

    [Fact]
    public void What_is_no_grain_id_is_refused()
    {
        Assert.False(GrainId.TryParse("service", out var id));
        Assert.True(id.IsDefault);
        Assert.False(GrainId.TryParse(null, out _));
        Assert.Throws<ArgumentException>(() => GrainId.Parse("service"));
        Assert.Throws<ArgumentException>(() => GrainId.Create("service", " "));
    }
}
