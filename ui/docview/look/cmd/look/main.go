// Command look renders the fixtures in Chromium and in the document view, side by side.
package main
import ("context";"fmt";"os";"image/png";"restante.app/ui/docview/look";"time")
func main(){
 ctx,c:=context.WithTimeout(context.Background(),60*time.Second); defer c()
 b,err:=look.Start(ctx,"chromium",700); if err!=nil{panic(err)}
 defer b.Close()
 h,_:=os.ReadFile(os.Args[1])
 t:=time.Now()
 p,err:=b.Show(ctx,string(h),look.Part); if err!=nil{panic(err)}
 fmt.Println(time.Since(t), p.Width,p.Height,len(p.Words),len(p.Boxes))
 for _,b:=range p.Boxes{fmt.Printf("%+v\n",b)}
 for _,b:=range p.Words[:min(20,len(p.Words))]{fmt.Printf("%+v\n",b)}
 f,_:=os.Create("/tmp/lk.png"); png.Encode(f,p.Image); f.Close()
}
